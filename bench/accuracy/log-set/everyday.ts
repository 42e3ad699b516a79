/**
 * What people and programs do on the machine on ten ordinary days: logins by key and by password, slips of the fingers, sudo, su,
 * deployments, backups, monitoring, a script with a password of yesterday, new colleagues. Much of it fails, as it does everywhere.
 */
import { ANNA, BACKUP, DEPLOYER, FORGOTTEN, MONITOR, PEOPLE, type Person } from './people.ts';
import { instantOf, oneOf, quoted, type Step } from './step.ts';

export const DAYS = 10;

const LOOKS = [
  'uptime',
  'df -h',
  'ls /var/www',
  'tail -n 3 /etc/hosts',
  'free -m',
  'id',
  'cat /etc/os-release',
];
const SUDO_COMMANDS = [
  'systemctl restart nginx',
  'systemctl status postgresql',
  'systemctl reload nginx',
  'apt-get update',
  'apt-get -y upgrade',
  'apt-get install htop',
  'journalctl -u nginx --since today',
  'tail -n 50 /var/log/auth.log',
  'less /var/log/nginx/error.log',
  'vim /etc/nginx/sites-enabled/shop.conf',
  'nginx -t',
  'certbot renew --dry-run',
  'docker ps -a',
  'docker logs --tail 100 shop_web_1',
  'cat /var/log/syslog',
  'chown -R www-data:www-data /var/www/shop/cache',
  'dmesg -T',
  'ufw status numbered',
  'crontab -l',
  'ls -l /root',
  'iotop -b -n 1',
  'find /var/log -name *.gz -mtime +30',
  'du -sh /var/lib/docker',
  'tar -czf /var/backups/etc.tgz /etc/nginx',
] as const;

/** sudo as one types it at a terminal, with what is typed when it asks. */
function sudoOf(command: string, ...passwords: string[]): string {
  return `printf ${quoted(passwords.map(one => `${one}\\n`).join(''))} | sudo -S -p "" ${command}`;
}

const DEPLOYMENTS = [
  'systemctl restart shop',
  'docker pull shop:latest',
  'apt-get -q update',
  'cp /etc/hosts /opt/hosts',
  'docker restart shop_web_1',
] as const;

/** Chance, and who it falls on. */
class Dice {
  readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  one<T>(items: readonly T[]): T {
    return oneOf(items, this.random);
  }

  /** 0 … count − 1 */
  below(count: number): number {
    return Math.floor(this.random() * count);
  }

  someone(): Person {
    return this.one(PEOPLE);
  }

  administrator(): Person {
    return this.one(PEOPLE.filter(({ groups }) => groups.includes('sudo')));
  }
}

/** Two letters that changed places. @example slipOf('anna', dice) // 'nana', at 0 */
function slipOf(word: string, dice: Dice): string {
  const at = dice.below(word.length - 1);
  return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
}

function byKey({ name, addresses }: Person, dice: Dice, command: string, option = ''): string {
  return `by_key ${dice.one(addresses)} ${name} ${quoted(command)} ${option}`;
}

/** At a terminal: programs that ask get one. */
function atTerminal(who: Person, dice: Dice, command: string): string {
  return byKey(who, dice, command, '-tt');
}

function byPassword({ name, addresses }: Person, dice: Dice, command: string, passwords: string[]): string {
  return `by_password ${dice.one(addresses)} ${name} ${quoted(command)} ${passwords.map(quoted).join(' ')}`;
}

/** What is done, of a hundred things about how many, and the script of one. */
interface Doing {
  what: string;
  share: number;
  script: (dice: Dice) => string;
}

const DOINGS: readonly Doing[] = [
  {
    what: 'looks around',
    share: 22,
    script: dice => byKey(dice.someone(), dice, dice.one(LOOKS)),
  },
  {
    what: 'comes by password',
    share: 10,
    script: dice => {
      const who = dice.someone();
      return byPassword(who, dice, dice.one(LOOKS), [who.password]);
    },
  },
  {
    what: 'mistypes the password, and comes in',
    share: 6,
    script: dice => {
      const who = dice.someone();
      const slips = Array.from({ length: 1 + dice.below(2) }, () => slipOf(who.password, dice));
      return byPassword(who, dice, 'uptime', [...slips, who.password]);
    },
  },
  {
    what: 'mistypes the password, and leaves',
    share: 2,
    script: dice => {
      const who = dice.someone();
      return byPassword(who, dice, 'uptime', [slipOf(who.password, dice)]);
    },
  },
  {
    what: 'mistypes the name',
    share: 3,
    script: dice => {
      const who = dice.someone();
      return byPassword({ ...who, name: slipOf(who.name, dice) }, dice, 'uptime', [who.password]);
    },
  },
  {
    what: 'administrates',
    share: 20,
    script: dice => {
      const who = dice.administrator();
      const commands = Array.from({ length: 1 + dice.below(3) }, () => dice.one(SUDO_COMMANDS));
      return atTerminal(who, dice, commands.map(one => sudoOf(one, who.password)).join('; '));
    },
  },
  {
    what: 'mistypes the password of sudo',
    share: 3,
    script: dice => {
      const who = dice.administrator();
      const command = dice.one(SUDO_COMMANDS);
      return atTerminal(who, dice, sudoOf(command, slipOf(who.password, dice), who.password));
    },
  },
  {
    what: 'becomes another',
    share: 2,
    script: dice => {
      const who = dice.administrator();
      const command = dice.one(['-i true', '-l', '-u www-data ls /var/www', 'su - postgres -c true']);
      return atTerminal(who, dice, sudoOf(command, who.password));
    },
  },
  {
    what: 'may not use sudo, and tries',
    share: 1,
    script: dice => {
      const who = dice.one(PEOPLE.filter(({ groups }) => !groups.includes('sudo')));
      return atTerminal(who, dice, sudoOf('systemctl restart nginx', 'not allowed'));
    },
  },
  {
    what: 'looks after the database',
    share: 3,
    script: dice =>
      `by_key ${dice.one(['10.20.0.26', '213.47.90.11'])} femi 'sudo -u postgres psql -c "select 1"; sudo -u postgres pg_dump site' -tt`,
  },
  {
    what: 'uses su, rightly and wrongly',
    share: 1,
    script: dice => {
      const who = dice.someone();
      const right = `printf '%s\\n' ${quoted(who.password)} | su ${who.name} -c true`;
      return byKey(who, dice, `${right}; echo wrong | su femi -c true`);
    },
  },
  {
    what: 'a backup is brought',
    share: 3,
    script: dice =>
      `scp -q $OPTIONS -i /keys/${BACKUP.name} -o IdentitiesOnly=yes /etc/hosts ${BACKUP.name}@$SERVER:/tmp/${dice.one(['db', 'www', 'etc'])}.bak`,
  },
  {
    what: 'a release is deployed',
    share: 5,
    script: dice =>
      `for n in 1 2 3; do by_key ${DEPLOYER.address} ${DEPLOYER.name} 'sudo ${dice.one(DEPLOYMENTS)}' -tt; done`,
  },
  {
    what: 'the monitor looks whether sshd answers',
    share: 8,
    script: () => `says ${MONITOR.address} ''`,
  },
  {
    what: 'a script uses a password of yesterday',
    share: 2,
    script: () =>
      `for n in 1 2 3; do by_password ${FORGOTTEN.address} ${FORGOTTEN.name} true spring2024; done`,
  },
  {
    what: 'a client is too old',
    share: 1,
    script: dice => {
      const { name, addresses } = dice.someone();
      return `has ${dice.one(addresses)}; ssh -n $OPTIONS -o BatchMode=yes -o KexAlgorithms=diffie-hellman-group14-sha1 -b ${addresses[0]} ${name}@$SERVER true`;
    },
  },
  {
    what: 'comes with the wrong key',
    share: 3,
    script: dice => {
      const { name, addresses } = dice.someone();
      return `has ${addresses[0]}; ssh -n $OPTIONS -o BatchMode=yes -i /keys/${dice.one(PEOPLE).name} -o IdentitiesOnly=yes -b ${addresses[0]} ${name}@$SERVER true`;
    },
  },
  {
    what: 'loses the connection',
    share: 2,
    script: dice => byKey(dice.someone(), dice, 'sleep 5', '& sleep 0.4; kill $!; wait'),
  },
  {
    what: 'sshd reads its configuration again',
    share: 1,
    script: () => 'kill -HUP "$(cat /run/sshd.pid)"; sleep 0.3',
  },
  {
    what: 'a new colleague gets an account',
    share: 1,
    script: dice => {
      const name = `${dice.one(['lena', 'otto', 'kim', 'ravi', 'zoe'])}${dice.below(90)}`;
      const makes = `useradd -m ${name}; usermod -aG adm ${name}; echo ${name}:change-Me1 | chpasswd; chage -d 0 ${name}`;
      return atTerminal(ANNA, dice, sudoOf(`sh -c '${makes}'`, ANNA.password));
    },
  },
  {
    what: 'wants another password',
    share: 1,
    script: dice => {
      const who = dice.someone();
      const typed = Array.from({ length: 3 }, () => quoted(who.password)).join(' ');
      return byKey(who, dice, `printf '%s\\n' ${typed} | passwd`);
    },
  },
];

const SHARES = DOINGS.map(({ share }) => share);
/** Hours of the day by how much is done in them: an office, with some at night. */
const HOURS = [1, 1, 3, 1, 0, 1, 2, 5, 9, 10, 9, 8, 5, 8, 9, 9, 8, 6, 3, 2, 2, 2, 1, 1];

/** An index, each as likely as its weight says. */
function drawn(weights: readonly number[], random: () => number): number {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex(weight => {
    left -= weight;
    return left < 0;
  });
  return Math.max(0, index);
}

/** @param day 1 … DAYS; two of ten are at the weekend, and quieter    @param count things that are done on a working day */
export function everydayOf(day: number, count: number, random: () => number): Step[] {
  const isWeekend = day % 7 === 6 || day % 7 === 0;
  return Array.from({ length: isWeekend ? Math.floor(count / 3) : count }, (): Step => {
    const hour = drawn(HOURS, random) + random();
    const doing = DOINGS[drawn(SHARES, random)];
    if (doing === undefined) throw new RangeError('nothing to do');
    return { atMs: instantOf(day, hour), script: doing.script(new Dice(random)) };
  });
}
