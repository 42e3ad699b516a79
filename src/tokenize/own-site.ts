/**
 * What is the site's own, by the word of its admin: domains, and ranges of addresses. A record is told apart by it once, when
 * it is accepted (fields/fixed.ts).
 */
import { type AddressBlock, addressBlockOf, isInBlock, plainAddressBits } from '../domain/address-block.ts';
import type { Policy } from '../domain/policy.ts';
import { hostNamePartsOf } from './host-name.ts';
import { canonicalNameOf } from './idn.ts';
import { jaroWinkler } from './jaro-winkler.ts';
import { Recent } from './recent.ts';
import { skeletonOf } from './skeleton.ts';

/** What fields of fixed observations ask. Both are pure. */
export interface OwnSite {
  /**
   * How a host name imitates one of the site's: `own confusable` (the label looks the same, letter by letter), `own inside`
   * (an own name stands within another's: `example.org.evil.test`, `example-login.test`), `own suffix` (the same label under another
   * public suffix), `own 0.95`, `own 0.9` (least Jaro–Winkler similarity). Undefined for all else and for the site's own names.
   */
  imitationIn(name: string): string | undefined;
  /** `own` or `other`, IPv4 mapped into IPv6 as IPv4; undefined where the text is no address, or the admin has named no range. */
  ownerOf(ip: string): 'own' | 'other' | undefined;
}

/** In the form of canonicalNameOf, as the names are that are held against it. */
interface OwnDomain {
  registrable: string;
  /** The label before the public suffix. */
  label: string;
  skeleton: string;
}

/** A shorter one is a part of too much. */
const INSIDE_CHARACTERS_MIN = 4;
/** Texts whose lengths differ by more are no imitation, and are not compared. */
const LENGTHS_APART_MAX = 2;
const NAME_CHARACTERS_MAX = 253;
const KEPT = 4_096;
const NONE = '';

/** Kept: sites that one process serves at once; cleared when full. */
const SITES_MAX = 256;

/** What is own by each policy, made once: one remembers what it has compared. */
export class OwnSites {
  readonly #sites = new Map<string, OwnSite>();

  of({ ownDomains = [], ownRanges = [] }: Pick<Policy, 'ownDomains' | 'ownRanges'>): OwnSite {
    const key = JSON.stringify([ownDomains, ownRanges]);
    let site = this.#sites.get(key);
    if (site === undefined) {
      site = ownSiteOf(ownDomains, ownRanges);
      if (this.#sites.size >= SITES_MAX) this.#sites.clear();
      this.#sites.set(key, site);
    }
    return site;
  }
}

/** @param domains host names, bounded in number by the policy    @param ranges addresses or CIDR blocks, likewise */
export function ownSiteOf(domains: readonly string[], ranges: readonly string[]): OwnSite {
  const own = domains.flatMap(ownDomainOf);
  const registrables = new Set(own.map(({ registrable }) => registrable));
  const blocks = ranges.map(addressBlockOf).filter(block => block !== null);
  const imitations = new Recent(KEPT, name => imitationOf(name, own, registrables) ?? NONE);
  const owners = new Recent(KEPT, ip => ownerIn(blocks, ip) ?? NONE);
  return {
    imitationIn: name => {
      if (own.length === 0 || name === '') return undefined;
      const read = name.length > NAME_CHARACTERS_MAX ? name.slice(-NAME_CHARACTERS_MAX) : name;
      return imitations.of(read) || undefined;
    },
    ownerOf: ip => (blocks.length === 0 ? undefined : owners.of(ip) || undefined),
  };
}

function ownDomainOf(domain: string): OwnDomain[] {
  const name = canonicalNameOf(domain);
  const { registrable = name } = hostNamePartsOf(name);
  const label = firstLabelOf(registrable);
  return label === '' ? [] : [{ registrable, label, skeleton: skeletonOf(label) }];
}

function firstLabelOf(name: string): string {
  const dot = name.indexOf('.');
  return dot === -1 ? name : name.slice(0, dot);
}

function imitationOf(
  written: string,
  own: readonly OwnDomain[],
  registrables: ReadonlySet<string>,
): string | undefined {
  const name = canonicalNameOf(written);
  const { registrable, prefixLength } = hostNamePartsOf(name);
  if (registrable === undefined || registrables.has(registrable)) return undefined;
  const label = firstLabelOf(registrable);
  const skeleton = skeletonOf(label);
  const before = `.${name.slice(0, prefixLength)}.`;
  let best: string | undefined;
  let bestRank: number = NOT_ALIKE;
  for (const domain of own) {
    const rank = rankOf(label, skeleton, before, domain);
    if (rank < bestRank) [best, bestRank] = [GRADES[rank], rank];
  }
  return best;
}

/** From the nearest on. */
const GRADES = ['own confusable', 'own inside', 'own suffix', 'own 0.95', 'own 0.9'] as const;
const NOT_ALIKE = GRADES.length;

/** Index in GRADES; NOT_ALIKE beyond. */
function rankOf(label: string, skeleton: string, before: string, own: OwnDomain): number {
  if (label === own.label) return 2;
  if (skeleton === own.skeleton) return 0;
  if (before.includes(`.${own.registrable}.`) || isPart(skeleton, own.skeleton)) return 1;
  if (Math.abs(skeleton.length - own.skeleton.length) > LENGTHS_APART_MAX) return NOT_ALIKE;
  const similarity = jaroWinkler(skeleton, own.skeleton);
  if (similarity >= 0.95) return 3;
  return similarity >= 0.9 ? 4 : NOT_ALIKE;
}

/** Whether hyphens set it apart: `example` in `my-example-login`. */
function isPart(skeleton: string, own: string): boolean {
  return own.length >= INSIDE_CHARACTERS_MIN && `-${skeleton}-`.includes(`-${own}-`);
}

function ownerIn(blocks: readonly AddressBlock[], ip: string): 'own' | 'other' | undefined {
  const address = plainAddressBits(ip);
  if (address === null) return undefined;
  return blocks.some(block => isInBlock(address, block)) ? 'own' : 'other';
}
