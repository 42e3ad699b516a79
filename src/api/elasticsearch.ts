/** What this program says it is to clients of Elasticsearch. */

/** What clients go by is the number's first part; none of those that are known asks for more than a bulk interface. */
export const CLUSTER = {
  name: 'bayeswatch',
  cluster_name: 'bayeswatch',
  cluster_uuid: 'bayeswatch',
  version: {
    number: '8.19.0',
    build_flavor: 'default',
    build_type: 'bayeswatch',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  },
  tagline: 'Bayeswatch, which takes bulk requests as Elasticsearch does',
};
export const LICENSE = { license: { status: 'active', uid: 'bayeswatch', type: 'basic' } };
