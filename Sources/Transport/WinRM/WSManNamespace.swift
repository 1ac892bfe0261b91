/// Namespaces and action names of WS-Management as Windows speaks it ([MS-WSMV] 2.2.1).
enum WSManNamespace {
    static let envelope = "http://www.w3.org/2003/05/soap-envelope"
    static let addressing = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
    static let management = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
    static let windowsManagement = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
    static let shell = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
    static let transfer = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
    static let fault = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
}
