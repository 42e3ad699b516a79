/** Client software that names itself and is no browser: libraries, command lines, scanners, attack tools. */

/** `scanner`: looks for weaknesses; `library`: a program speaks, not a person; `service`: updates and system traffic. */
export type ToolKind = 'scanner' | 'library' | 'service';

export interface Tool {
  /** Lower case. */
  needle: string;
  /** `start`: the user agent begins with the needle; `anywhere`: some hide behind `Mozilla/5.0`. */
  where: 'start' | 'anywhere';
  name: string;
  kind: ToolKind;
}

function row(kind: ToolKind, where: Tool['where'], needles: readonly string[]): Tool[] {
  return needles.map(needle => ({ needle, where, name: nameOf(needle), kind }));
}

/** A needle without what only serves to find it. @example nameOf('curl/') // 'curl' */
function nameOf(needle: string): string {
  return needle.replaceAll('/', '').trim();
}

/** In the order of search: the first that fits names the client. */
export const TOOLS: readonly Tool[] = [
  ...row('scanner', 'anywhere', [
    'sqlmap',
    'nikto',
    'nmap',
    'masscan',
    'zgrab',
    'nuclei',
    'gobuster',
    'dirbuster',
    'feroxbuster',
    'wfuzz',
    'fuzz faster u fool',
    'wpscan',
    'acunetix',
    'nessus',
    'openvas',
    'hydra',
    'arachni',
    'wapiti',
    'whatweb',
    'skipfish',
    'w3af',
    'burp',
    'zmeu',
    'jorgee',
    'morfeus',
    'censys',
    'shodan',
    'expanse',
    'netcraft',
    'commix',
    'havij',
    'xsser',
  ]),
  ...row('library', 'anywhere', [
    'windowspowershell/',
    'winhttp.winhttprequest',
    'headlesschrome/',
    'phantomjs/',
  ]),
  ...row('library', 'start', [
    'curl/',
    'wget/',
    'python-requests/',
    'python-urllib/',
    'python-httpx/',
    'python/',
    'aiohttp/',
    'go-http-client/',
    'java/',
    'okhttp/',
    'apache-httpclient/',
    'jakarta commons-httpclient/',
    'node-fetch/',
    'axios/',
    'got/',
    'undici',
    'guzzlehttp/',
    'php/',
    'libwww-perl/',
    'lwp::',
    'ruby',
    'faraday ',
    'dart/',
    'rust',
    'reqwest/',
    'winhttp',
    'postmanruntime/',
    'insomnia/',
    'httpie/',
    'powershell',
    'lua-resty-http/',
    'aria2/',
  ]),
  ...row('service', 'start', [
    'microsoft-cryptoapi/',
    'microsoft ncsi',
    'microsoft-delivery-optimization/',
    'microsoft bits/',
    'windows-update-agent/',
    'debian apt-http/',
    'dnf/',
    'yum/',
    'urlgrabber/',
    'cfnetwork/',
    'dalvik/',
    'docker/',
    'git/',
    'elb-healthchecker/',
    'kube-probe/',
    'prometheus/',
  ]),
];
