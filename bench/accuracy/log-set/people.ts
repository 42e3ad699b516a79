/** Who works on the machine, from where, and how they are let in. Attackers' addresses are in attacks.ts. */

export interface Person {
  name: string;
  password: string;
  /** At the office, and at home or on the way: good ones come from outside, too. */
  addresses: readonly string[];
  groups: readonly string[];
}

export const ANNA = person('anna', 'Kestrel-41-ridge', ['10.20.0.21', '84.115.33.70'], ['sudo', 'adm']);
export const GITA = person('gita', 'vellum/Anchor88', ['10.20.0.27', '80.110.61.9'], ['sudo']);

export const PEOPLE: readonly Person[] = [
  ANNA,
  person('ben', 'paper.Lantern9', ['10.20.0.22', '91.141.7.18'], ['sudo']),
  person('chris', 'Qu1etHarbour!', ['10.20.0.23', '178.115.128.4'], ['adm']),
  person('dora', 'tinder7Box-lid', ['10.20.0.24', '62.178.44.201'], ['sudo']),
  person('emil', 'Marble+staircase2', ['10.20.0.25'], []),
  person('femi', 'Orchard_5_gate', ['10.20.0.26', '213.47.90.11'], ['dba']),
  GITA,
];

/** Accounts of programs: they come by key. */
export const DEPLOYER = { name: 'deploy', address: '10.20.0.40' };
export const BACKUP = { name: 'backups', address: '10.20.0.41' };
export const MONITOR = { address: '10.20.0.9' };
/** A script with a password that was changed long ago, as every site has one. */
export const FORGOTTEN = { name: 'reports', address: '10.20.0.44' };

function person(
  name: string,
  password: string,
  addresses: readonly string[],
  groups: readonly string[],
): Person {
  return { name, password, addresses, groups };
}
