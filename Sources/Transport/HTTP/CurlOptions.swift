import CCurl
import EventLoop

/// What is the same for every curl handle of ours.
@Reactor enum CurlOptions {
    static func setCommon(_ easy: UnsafeMutableRawPointer) {
        ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // The environment's proxies are not ours: the inventory says how to reach a host.
        ccurl_set_text(easy, CURLOPT_PROXY, "")
        ccurl_set_long(easy, CURLOPT_NETRC, 0)
        // Without it, ending a transfer whose name server is silent waits for the resolver's thread: seconds, in which
        // the loop stands still.
        ccurl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        ccurl_set_long(easy, CURLOPT_DNS_CACHE_TIMEOUT, 60)
        // Deadlines are the loop's.
        ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, 3_600_000)
    }
}
