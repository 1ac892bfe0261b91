'use strict';
// The page is finished without this. It adds the table of hosts, what is said of one host, sorting, and links into both.
// No text becomes markup: everything goes through createTextNode, and the policy of the page forbids the rest.
(() => {
    const $ = id => document.getElementById(id);
    const data = JSON.parse($('data').textContent);
    const { strings, controls, details, actions, causes, waivers, lists } = data;
    const text = index => strings[index];
    const root = document.documentElement;
    root.classList.add('js');
    for (const node of document.querySelectorAll('.needs-script')) node.hidden = false;

    /** An element with attributes and children; texts stay texts. */
    function make(name, attributes, ...children) {
        const node = document.createElement(name);
        for (const key in attributes) {
            if (attributes[key] !== null && attributes[key] !== undefined) node.setAttribute(key, attributes[key]);
        }
        for (const child of children.flat(2)) {
            if (child !== null && child !== undefined) {
                node.append(child instanceof Node ? child : document.createTextNode(String(child)));
            }
        }
        return node;
    }
    const counted = (count, noun) => count === 1 ? `1 ${noun}` : `${count} ${noun}s`;

    // ---- The fleet: one object a host, made once

    const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
    const VERDICTS = ['met', 'met-with-waivers', 'failing', 'undecided', 'not-judged'];
    const OUTCOMES = { p: 'pass', f: 'fail', w: 'waived', u: 'unknown', n: 'na' };
    const LETTERS = { pass: 'p', fail: 'f', waived: 'w', unknown: 'u', na: 'n' };
    const WORDS = { pass: 'pass', fail: 'fail', waived: 'waived', unknown: 'unknown', na: 'not applicable' };
    const byID = new Map(controls.map((control, index) => [control.id, index]));
    const byCause = new Map(causes.map((cause, index) => [cause.id, index]));
    const rank = controls.map(control => SEVERITIES.indexOf(control.severity));
    const byName = new Map();

    const hosts = data.hosts.map((row, index) => {
        const [name, address, groups, role, site, os, version, state, verdict, reason, advice, transport, account, seconds,
            asked, unchecked, silent, script, outcomes, failures, since, unknowns, elsewhere] = row;
        const host = {
            index, name, address: address === 0 ? name : address, groups: groups.map(text), role: text(role), site: text(site), os: text(os),
            version: text(version), state: text(state), verdict, reason: text(reason), advice: text(advice),
            transport: text(transport), account: text(account), seconds, asked, unchecked: text(unchecked), silent, script,
            outcomes, failures, since, unknowns, elsewhere, open: [0, 0, 0, 0, 0], waived: 0, unknown: unknowns.length,
            broken: false, exposed: false, worst: -1, oldest: '', fresh: 0, key: data.keys[index] ?? name,
        };
        let at = 0;
        for (let place = 0; place < outcomes.length; place++) {
            const letter = outcomes[place];
            if (letter !== 'f' && letter !== 'w') continue;
            const moment = since[at++];
            if (letter === 'w') { host.waived++; continue; }
            host.open[rank[place]]++;
            if (controls[place].consequence === 'breaks') host.broken = true;
            if (controls[place].consequence === 'exposes') host.exposed = true;
            if (host.worst < 0 || rank[place] < rank[host.worst]) host.worst = place;
            if (moment < 0) host.fresh++;
            const day = text(Math.abs(moment));
            if (day && (!host.oldest || day < host.oldest)) host.oldest = day;
        }
        host.total = host.open.reduce((sum, count) => sum + count, 0);
        host.badness = host.open.reduce((sum, count) => sum * 128 + count, (host.broken ? 2 : 0) + (host.exposed ? 1 : 0));
        host.hay = [name, host.address, host.role, host.site, host.os, host.version, host.reason, ...host.groups].join('\n')
            .toLowerCase();
        if (!byName.has(host.key)) byName.set(host.key, host);
        return host;
    });
    const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
    hosts.slice().sort((a, b) => order.compare(a.name, b.name) || a.index - b.index)
        .forEach((host, place) => { host.place = place; });

    /** What a host's Remote Desktop is like, in the report's own words. */
    function condition(host) {
        if (host.verdict === 4) return 'not known';
        if (host.broken) return host.exposed ? 'broken, exposed' : 'broken';
        if (host.exposed) return 'exposed';
        const brokenButWaived = [...host.outcomes].some((letter, place) =>
            letter === 'w' && controls[place].consequence === 'breaks');
        if (brokenButWaived) return 'broken, waived';
        return host.verdict <= 1 ? 'works' : 'no break found';
    }
    const CONDITION_CLASS = { broken: 'broken', 'broken, exposed': 'broken', exposed: 'exposed', works: 'good' };
    const verdictWords = host => ['baseline met', 'met with waivers', 'failing', 'undecided', 'not audited'][host.verdict];
    const VERDICT_CLASS = ['good', 'waived', 'fail', 'unknown', 'quiet'];

    // ---- Where we are: everything stands in the fragment

    const KEYS = ['q', 'group', 'verdict', 'c', 'state', 'severity', 'answer', 'cause', 'sort', 'page', 'host'];
    let place = { view: 'overview' };
    let shown = [];
    const PAGE = 100;

    function parse(fragment) {
        const decode = piece => { try { return decodeURIComponent(piece.replaceAll('+', '%20')); } catch { return piece; } };
        if (!fragment.includes('=')) return { view: decode(fragment) || 'overview' };
        const found = { view: 'hosts' };
        for (const piece of fragment.split('&')) {
            const at = piece.indexOf('=');
            const key = at < 0 ? piece : piece.slice(0, at);
            if (KEYS.includes(key) && at >= 0) found[key] = decode(piece.slice(at + 1));
        }
        if (found.c && !found.state) found.state = 'fail';
        return found;
    }
    function link(target) {
        const pieces = KEYS.filter(key => target[key]).map(key => `${key}=${encodeURIComponent(target[key])}`);
        return '#' + (pieces.join('&') || target.view || 'hosts');
    }
    const without = (target, ...keys) => Object.fromEntries(Object.entries(target).filter(([key]) => !keys.includes(key)));

    // ---- Which hosts, in which order

    const COLUMNS = {
        host: host => host.place, windows: host => host.os + host.version.padStart(24), answer: host => host.state,
        verdict: host => host.verdict, rdp: host => (host.broken ? 2 : 0) + (host.exposed ? 1 : 0), failures: host => host.total,
        waived: host => host.waived, unknown: host => host.unknown, since: host => host.oldest || '9999',
        worst: host => host.badness,
    };

    function select(target) {
        const words = (target.q || '').toLowerCase().split(/\s+/).filter(Boolean);
        const column = byID.get(target.c);
        const letter = LETTERS[target.state];
        const severity = SEVERITIES.indexOf(target.severity);
        const verdict = VERDICTS.indexOf(target.verdict);
        const cause = byCause.get(target.cause);
        const kept = hosts.filter(host => {
            if (verdict >= 0 && host.verdict !== verdict) return false;
            if (target.verdict === 'broken' && !host.broken) return false;
            if (target.verdict === 'exposed' && !host.exposed) return false;
            if (target.group && target.group !== 'all' && !host.groups.includes(target.group)) return false;
            if (target.answer && host.state !== target.answer) return false;
            if (severity >= 0 && host.open[severity] === 0) return false;
            if (letter && column !== undefined && host.outcomes[column] !== letter) return false;
            if (letter && column === undefined && !host.outcomes.includes(letter)) return false;
            if (cause !== undefined && !host.failures.some(index => details[index][1] === cause)) return false;
            if (target.cause && cause === undefined || target.c && column === undefined) return false;
            return words.every(word => host.hay.includes(word));
        });
        const descending = (target.sort || '-worst').startsWith('-');
        const key = COLUMNS[(target.sort || '-worst').replace(/^-/, '')] || COLUMNS.worst;
        const keys = new Map(kept.map(host => [host, key(host)]));
        const sign = descending ? -1 : 1;
        return kept.sort((a, b) => {
            const [x, y] = [keys.get(a), keys.get(b)];
            return (x < y ? -sign : x > y ? sign : 0) || a.place - b.place;
        });
    }

    // ---- The table

    const names = Object.keys(COLUMNS);
    function drawHosts() {
        shown = select(place);
        const linked = place.host !== undefined ? byName.get(place.host) : undefined;
        const at = linked ? shown.indexOf(linked) : -1;
        const pages = Math.max(1, Math.ceil(shown.length / PAGE));
        let page = Math.min(Math.max(1, Number.parseInt(place.page, 10) || 1), pages);
        if (at >= 0 && !place.page) page = Math.floor(at / PAGE) + 1;
        const from = (page - 1) * PAGE;
        const rows = shown.slice(from, from + PAGE);
        // A link opens its row, also when a filter would hide it.
        const stray = linked && !rows.includes(linked) ? linked : null;
        const column = byID.get(place.c);
        $('host-outcome').hidden = column === undefined;
        $('host-outcome').textContent = column === undefined ? '' : controls[column].id;
        const body = make('tbody', { id: 'host-rows' });
        if (stray) body.append(drawRow(stray, null, column, true));
        rows.forEach((host, index) => body.append(drawRow(host, from + index + 2, column, false)));
        $('host-rows').replaceWith(body);
        const table = $('host-table');
        table.setAttribute('aria-rowcount', shown.length + 1);
        table.hidden = body.childElementCount === 0;
        $('no-hosts').hidden = shown.length > 0;
        const sort = place.sort || '-worst';
        for (const head of table.querySelectorAll('th[data-key]')) {
            const mine = head.dataset.key === sort.replace(/^-/, '');
            if (mine) head.setAttribute('aria-sort', sort.startsWith('-') ? 'descending' : 'ascending');
            else head.removeAttribute('aria-sort');
        }
        const span = shown.length > PAGE ? `, ${from + 1} to ${from + rows.length} on this page` : '';
        $('count').textContent = shown.length === hosts.length
            ? `All ${counted(hosts.length, 'host')}${span}` : `${shown.length} of ${counted(hosts.length, 'host')}${span}`;
        $('pages').textContent = `Page ${page} of ${pages}`;
        for (const [id, to, off] of [['first', 1, page === 1], ['previous', page - 1, page === 1],
            ['next', page + 1, page === pages], ['last', pages, page === pages]]) {
            $(id).disabled = off;
            $(id).onclick = () => { go({ ...without(place, 'host'), page: String(to) }, true); $('host-table').focus(); };
        }
        $('pager').hidden = pages === 1;
    }

    function drawRow(host, number, column, isStray) {
        const chosen = place.host !== undefined && byName.get(place.host) === host;
        const state = condition(host);
        const counts = host.open.slice(0, 4).map((count, index) =>
            count ? make('span', { class: SEVERITIES[index] }, `${count} ${SEVERITIES[index]}`) : null).filter(Boolean);
        const row = make('tr', { 'aria-rowindex': number, class: chosen ? 'chosen' : null, 'data-host': host.index },
            make('th', { scope: 'row' },
                make('a', { href: link({ ...place, host: host.key }), 'aria-current': chosen ? 'true' : null }, host.name),
                isStray ? make('span', { class: 'hint' }, 'linked to, outside of this list') : null),
            column === undefined ? null : make('td', {}, outcomeCell(host, column)),
            make('td', { class: 'extra date' }, host.os || make('span', { class: 'quiet' }, 'not known')),
            make('td', { class: 'extra' }, host.state),
            make('td', {}, make('span', { class: `tag ${VERDICT_CLASS[host.verdict]}` }, verdictWords(host))),
            make('td', { class: CONDITION_CLASS[state] || 'quiet' }, state),
            make('td', { class: 'num' }, host.verdict === 4 ? '' : host.total),
            make('td', { class: 'extra small' }, counts.flatMap((node, index) => index ? [', ', node] : [node])),
            make('td', { class: 'extra num' }, host.waived || ''), make('td', { class: 'extra num' }, host.unknown || ''),
            data.hasTrend ? make('td', { class: 'extra date' }, host.oldest, host.fresh ? make('span', { class: 'new' }, 'NEW') : null) : null);
        return row;
    }

    function outcomeCell(host, column) {
        const outcome = OUTCOMES[host.outcomes[column]];
        if (!outcome) return make('span', { class: 'quiet' }, 'not judged');
        const because = outcome === 'pass' ? '' : reason(host, column);
        return [make('span', { class: `tag ${outcome}` }, WORDS[outcome]), because ? make('span', { class: 'hint' }, because) : null];
    }

    /** How many of the letters stand before a place: where in a host's list the place's own entry is. */
    const countBefore = (host, column, letters) => {
        let count = 0;
        for (let index = 0; index < column; index++) if (letters.includes(host.outcomes[index])) count++;
        return count;
    };
    function reason(host, column) {
        switch (host.outcomes[column]) {
        case 'f': case 'w': return text(details[host.failures[countBefore(host, column, 'fw')]][2]);
        case 'u': return text(host.unknowns[countBefore(host, column, 'u')]);
        case 'n': return text(lists[host.elsewhere][countBefore(host, column, 'n')]);
        default: return '';
        }
    }

    // ---- One host

    function drawHost(host) {
        const heading = make('h3', { id: 'host-name', tabindex: '-1' }, host.name);
        const close = make('button', { type: 'button', id: 'close-host' }, 'Close');
        close.onclick = closeHost;
        const state = condition(host);
        const windows = [host.os, host.version].filter(Boolean).join(' ');
        const found = { f: [], w: [], u: [], p: [], n: [] };
        for (let column = 0; column < host.outcomes.length; column++) found[host.outcomes[column]]?.push(column);
        found.f.sort((a, b) => rank[a] - rank[b] || a - b);
        const fact = (term, value) => value ? [make('dt', {}, term), make('dd', {}, value)] : null;
        const moment = new Date(host.asked * 1000).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
        const nodes = [
            make('div', { class: 'head' },
                make('div', {}, heading,
                    make('p', {}, make('span', { class: `tag ${VERDICT_CLASS[host.verdict]}` }, verdictWords(host)),
                        host.verdict === 4 ? null
                            : [', Remote Desktop ', make('span', { class: CONDITION_CLASS[state] || 'quiet' }, state)])),
                make('div', { class: 'buttons' }, close)),
            host.reason ? make('p', {}, `${host.state}: ${host.reason}`) : null,
            host.advice ? make('p', { class: 'quiet' }, host.advice) : null,
            make('dl', { class: 'facts' }, fact('Windows', windows), fact('Address', host.address),
                fact('Groups', host.groups.join(', ')), fact('Role', host.role), fact('Site', host.site),
                fact('Asked', moment + (host.transport ? ` over ${[host.transport, host.account].filter(Boolean).join(', ')}, ${host.seconds} s` : '')),
                fact('Unchecked', host.unchecked),
                host.silent > 1 ? fact('Silent', `in ${host.silent} runs in a row`) : null,
                host.script ? fact('Script', make('a', { href: 'remediation/' + host.script }, 'remediation/' + host.script)) : null),
            found.f.length ? make('h4', {}, counted(found.f.length, 'open failure')) : null,
            found.f.map(column => drawFinding(host, column, 'h5')),
            found.w.length ? fold(counted(found.w.length, 'failure') + ' under waivers', found.w.map(column => drawFinding(host, column)), true) : null,
            found.u.length ? fold(counted(found.u.length, 'answer') + ' unknown: neither good nor bad', shortList(host, found.u), true) : null,
            found.p.length ? fold(`${found.p.length} passed`, shortList(host, found.p), false) : null,
            found.n.length ? fold(`${found.n.length} not applicable`, shortList(host, found.n), false) : null,
        ];
        $('host-panel').replaceChildren(...nodes.flat(2).filter(Boolean));
    }

    const fold = (title, content, isOpen) =>
        make('details', { class: 'group-of', open: isOpen ? '' : null }, make('summary', {}, title), content);
    const shortList = (host, columns) => make('ul', { class: 'short' }, columns.map(column => make('li', {},
        make('a', { href: link({ view: 'hosts', c: controls[column].id, state: OUTCOMES[host.outcomes[column]] }) }, controls[column].id),
        ' ', controls[column].title, reason(host, column) ? make('span', { class: 'hint' }, reason(host, column)) : null)));

    function drawFinding(host, column) {
        const control = controls[column];
        const at = countBefore(host, column, 'fw');
        const [, cause, because, wanted, evidence, doing, waived] = details[host.failures[at]];
        const since = host.since[at];
        const isOpen = host.outcomes[column] === 'f';
        const facts = [];
        for (let index = 0; index < evidence.length; index += 3) {
            facts.push(make('dt', {}, 'seen'), make('dd', {}, make('code', {}, text(evidence[index])), ' is ',
                make('code', {}, text(evidence[index + 1])), text(evidence[index + 2]) ? ` (${text(evidence[index + 2])})` : null));
        }
        return make('div', { class: 'finding' },
            make('h5', {}, make('span', { class: `tag ${control.severity}` }, control.severity), `${control.id}: ${control.title}`,
                since < 0 ? make('span', { class: 'new' }, 'NEW') : null),
            make('dl', { class: 'facts' }, facts, make('dt', {}, 'because'), make('dd', {}, text(because)),
                make('dt', {}, 'wanted'), make('dd', {}, text(wanted)),
                control.consequence ? [make('dt', {}, 'means'), make('dd', { class: control.consequence === 'breaks' ? 'broken' : 'exposed' },
                    control.consequence === 'breaks' ? 'breaks Remote Desktop' : 'exposes the host')] : null,
                text(Math.abs(since)) ? [make('dt', {}, 'since'), make('dd', {}, text(Math.abs(since)))] : null,
                waived.map(index => [make('dt', {}, 'waiver'), make('dd', {}, waivers[index])])),
            doing.map(index => drawAction(actions[index])),
            isOpen && cause >= 0 ? make('p', { class: 'small' },
                make('a', { href: '#cause-' + causes[cause].id }, `The cause, on ${counted(causes[cause].hosts, 'host')}`)) : null);
    }

    function drawAction(action) {
        const [summary, where, policy, object, effect, risk, guard, apply, verify, rollback, noWayBack] = action;
        const block = (title, lines) => lines.length ? [make('h4', {}, title), make('pre', {}, lines.map(text).join('\n'))] : null;
        const says = (term, index) => text(index) ? [make('dt', {}, term), make('dd', {}, text(index))] : null;
        return make('div', { class: 'action' }, make('p', { class: 'act' }, 'Fix: ', text(summary)),
            make('dl', { class: 'facts' }, says('where', where), says('policy', policy), says('set by', object),
                says('effect', effect), says('risk', risk)),
            apply.length ? make('details', {}, make('summary', {}, 'Commands and the way back'),
                block('Only while this is true', text(guard) ? [guard] : []), block('Run', apply),
                text(verify) ? block('Check', [verify]) : null, block('Undo', rollback),
                text(noWayBack) ? make('p', { class: 'small' }, 'No exact way back: ', text(noWayBack)) : null) : null);
    }

    // ---- Going somewhere

    let lastHost = null;
    function go(target, isNew) {
        const address = link(target);
        if (address === location.hash) return;
        if (isNew) { location.hash = address; return; }
        place = target;
        later(address);
        drawHosts();
    }
    // Typing must not fill the history, nor be slowed down by it.
    let timer = 0;
    function later(address) {
        clearTimeout(timer);
        timer = setTimeout(() => history.replaceState(null, '', address), 150);
    }
    function closeHost() { go({ ...without(place, 'host'), view: 'hosts' }, true); }

    function route(isFirst) {
        clearTimeout(timer);
        const before = place;
        place = parse(location.hash.slice(1));
        let target = $(place.view);
        if (!target || place.view === 'main') { if (place.view === 'main') return; place.view = 'overview'; target = $('overview'); }
        const view = target.closest('.view') || $('overview');
        const changed = isFirst || !view.classList.contains('open');
        for (const other of document.querySelectorAll('.view')) other.classList.toggle('open', other === view);
        for (const item of document.querySelectorAll('nav a')) {
            if (item.hash === '#' + view.id) item.setAttribute('aria-current', 'page');
            else item.removeAttribute('aria-current');
        }
        const host = view.id === 'hosts' && place.host !== undefined ? byName.get(place.host) : undefined;
        root.classList.toggle('on-host', Boolean(host));
        if (view.id === 'hosts') showHosts(host, before, isFirst);
        if (target !== view) {
            if (target.tagName === 'DETAILS') target.open = true;
            target.scrollIntoView();
            (target.querySelector('summary') || target).focus({ preventScroll: true });
        } else if (changed && !host) {
            window.scrollTo(0, 0);
            if (!isFirst) view.querySelector('h2').focus({ preventScroll: true });
        }
    }

    function showHosts(host, before, isFirst) {
        for (const [id, key] of FIELDS) $(id).value = place[key] || '';
        $('cause-filter').hidden = !place.cause;
        if (place.cause) {
            const cause = causes[byCause.get(place.cause)];
            $('cause-title').textContent = cause ? `${controls[cause.control].id}: ${controls[cause.control].title}` : 'not in this report';
        }
        drawHosts();
        $('hosts').classList.toggle('with-host', Boolean(host));
        $('host-panel').hidden = !host;
        $('unknown-host').hidden = place.host === undefined || Boolean(host);
        if (host) {
            drawHost(host);
            lastHost = host;
            $('host-panel').scrollTop = 0;
            $('host-name').focus({ preventScroll: true });
            if (before.host === undefined || isFirst) $('host-panel').scrollIntoView({ block: 'nearest' });
        } else if (before.host !== undefined && lastHost) {
            // Back to where one came from.
            document.querySelector(`tr[data-host="${lastHost.index}"] a`)?.focus();
        }
    }

    // ---- Controls of the page

    const FIELDS = [['f-text', 'q'], ['f-group', 'group'], ['f-verdict', 'verdict'], ['f-severity', 'severity'],
        ['f-control', 'c'], ['f-outcome', 'state'], ['f-answer', 'answer']];
    const option = (value, title) => make('option', { value }, title);
    $('f-control').append(...controls.map(control => option(control.id, `${control.id} ${control.title}`)));
    $('f-group').append(...data.groups.map(index => option(text(index), text(index))));
    $('f-answer').append(...[...new Set(hosts.map(host => host.state))].map(state => option(state, state)));
    for (const [id, key] of FIELDS) {
        const isText = key === 'q';
        $(id).addEventListener(isText ? 'input' : 'change', () => {
            const target = { ...without(place, 'page', 'host', key), view: 'hosts' };
            if ($(id).value) target[key] = $(id).value;
            if (key === 'c' && target.c && !target.state) target.state = 'fail';
            if (key === 'c' && !target.c) delete target.state;
            go(target, !isText);
        });
    }
    $('filters').addEventListener('submit', event => event.preventDefault());
    $('clear').addEventListener('click', () => { go({ view: 'hosts', ...(place.sort ? { sort: place.sort } : {}) }, true); $('f-text').focus(); });
    $('drop-cause').addEventListener('click', () => { go(without(place, 'cause', 'page', 'host'), true); $('f-text').focus(); });
    for (const head of document.querySelectorAll('#host-table th[data-key]')) {
        head.querySelector('button').addEventListener('click', () => {
            const key = head.dataset.key;
            const now = place.sort || '-worst';
            const first = ['host', 'windows', 'answer', 'since'].includes(key) ? key : '-' + key;
            go({ ...without(place, 'page', 'host'), sort: now === first ? (first[0] === '-' ? key : '-' + key) : first }, false);
        });
    }
    $('host-table').addEventListener('click', event => {
        const row = event.target.closest('#host-rows tr');
        if (!row || event.target.closest('a') || String(getSelection())) return;
        location.hash = link({ ...place, view: 'hosts', host: hosts[row.dataset.host].key });
    });
    $('host-table').addEventListener('keydown', event => {
        const row = event.target.closest('#host-rows tr');
        const other = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling,
            Home: row?.parentNode.firstElementChild, End: row?.parentNode.lastElementChild }[event.key];
        if (!other || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        other.querySelector('a').focus();
    });
    document.addEventListener('keydown', event => {
        if (event.key === 'Escape' && place.host !== undefined && !event.target.closest('form')) closeHost();
    });

    // Names of a cause's hosts are drawn when somebody looks.
    for (const cause of document.querySelectorAll('details.cause')) {
        cause.addEventListener('toggle', () => {
            const list = cause.querySelector('.names');
            if (!cause.open || !list || list.dataset.whole) return;
            list.dataset.whole = 'yes';
            const index = byCause.get(cause.id.slice('cause-'.length));
            const members = hosts.filter(host => host.failures.some((detail, at) =>
                details[detail][1] === index && host.outcomes[details[detail][0]] === 'f')).sort((a, b) => a.place - b.place);
            const links = members.slice(0, 500).flatMap((host, at) =>
                [at ? ', ' : '', make('a', { href: link({ host: host.key }) }, host.name)]);
            list.replaceChildren(...links.map(piece => piece instanceof Node ? piece : document.createTextNode(piece)),
                members.length > 500 ? document.createTextNode(` and ${members.length - 500} more: see the table`) : '');
        });
    }

    // Small tables that are in the page are sorted in place.
    for (const table of document.querySelectorAll('table.sortable')) {
        const heads = [...table.tHead.rows[0].cells];
        heads.forEach((head, column) => {
            const button = make('button', { type: 'button' }, ...head.childNodes);
            head.append(button);
            button.addEventListener('click', () => {
                const down = head.getAttribute('aria-sort') === 'ascending';
                for (const other of heads) other.removeAttribute('aria-sort');
                head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
                const value = row => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
                const rows = [...table.tBodies[0].rows].sort((a, b) => order.compare(value(a), value(b)) * (down ? -1 : 1));
                table.tBodies[0].append(...rows);
            });
        });
    }

    const theme = $('theme');
    const themes = ['', 'light', 'dark'];
    theme.addEventListener('click', () => {
        const next = themes[(themes.indexOf(root.dataset.theme || '') + 1) % 3];
        if (next) root.dataset.theme = next;
        else delete root.dataset.theme;
        theme.textContent = `Theme: ${next || 'as the system'}`;
    });

    // Paper has no folds.
    let folded = [];
    addEventListener('beforeprint', () => {
        folded = [...document.querySelectorAll('details:not([open])')].filter(node => !node.closest('figure, .page-one'));
        for (const node of folded) node.open = true;
    });
    addEventListener('afterprint', () => {
        for (const node of folded) node.open = false;
        folded = [];
    });

    addEventListener('hashchange', () => route(false));
    route(true);
    root.dataset.ready = 'yes';
})();
