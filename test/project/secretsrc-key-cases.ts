/** Configurations whose recipients are mappings of the parts of a key. */

/** A configuration that is wrong. */
export interface InvalidConfig {
  readonly text: string
  /** Line and column of the first problem. */
  readonly at: readonly [number, number]
  readonly message: RegExp
  readonly hint?: RegExp
  /** Whether the schema can tell too. */
  readonly schema: boolean
}

/** Every kind that there is. */
export const KEYS_IN_PARTS = `version: 1
recipients:
  aws:
    arn: arn:aws:kms:eu-west-1:111122223333:key/1234abcd # eu
    role: arn:aws:iam::111122223333:role/decrypt
    context: { app: shop, "stage|1": "a,b:c" }
    profile: production
  gcp: { resource: projects/p/locations/global/keyRings/r/cryptoKeys/k }
  azure: { vault: https://team.vault.azure.net/, key: secrets, version: 0123456789abcdef0123456789abcdef }
  newest: { vault: https://team.vault.azure.net, key: secrets }
  vault:
    address: https://vault.example.org:8200
    path: team/transit
    key: secrets
`

/** The configuration of one recipient, given as flow, with a mistake in a column of its line. */
const parts = (
  body: string,
  column: number,
  message: RegExp,
  more: { readonly hint?: RegExp } = {},
): InvalidConfig => ({
  text: `version: 1\nrecipients:\n  a: ${body}\n`,
  at: [3, column],
  message,
  schema: true,
  ...more,
})

/** Mappings that break one rule each. */
export const invalidKeysInParts: Readonly<Record<string, InvalidConfig>> = {
  'a key in parts of no kind': parts('{ key: x }', 6, /recipient "a" needs arn \(AWS KMS\), resource/, {
    hint: /as one text/,
  }),
  'a key with a part of another kind': parts(
    '{ arn: arn:aws:kms:eu-west-1:111122223333:key/a, rol: x }',
    55,
    /unknown key "rol"/,
    { hint: /did you mean "role"/ },
  ),
  'a key without a part': parts('{ vault: https://x.vault.azure.net }', 6, /recipient "a" has no key/),
  'a part that is empty': parts(
    "{ arn: 'arn:aws:kms:eu-west-1:111122223333:key/a', profile: '' }",
    66,
    /profile of recipient "a" is empty/,
  ),
  'an ARN of something else': parts('{ arn: arn:aws:s3:::bucket }', 13, /ARN is not one of a KMS key/),
  'a region with a host in it': parts(
    "{ arn: 'arn:aws:kms:evil.example.org/x-1:111122223333:key/a' }",
    13,
    /ARN is not one of a KMS key/,
  ),
  'a role that is none': parts(
    "{ arn: 'arn:aws:kms:eu-west-1:111122223333:key/a', role: admin }",
    13,
    /role is not the ARN/,
  ),
  'a context as a text': parts(
    "{ arn: 'arn:aws:kms:eu-west-1:111122223333:key/a', context: x }",
    66,
    /context of recipient "a" must be a mapping/,
  ),
  'a context of lists': parts(
    "{ arn: 'arn:aws:kms:eu-west-1:111122223333:key/a', context: { b: [c] } }",
    71,
    /context of recipient "a" must be a text/,
  ),
  'a resource with a version': parts(
    '{ resource: projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1 }',
    18,
    /it is not projects/,
  ),
  'a vault with a user': parts(
    "{ vault: 'https://u@x.vault.azure.net', key: k }",
    15,
    /not those of a key in Key Vault/,
  ),
  'an address with a path': parts(
    "{ address: 'https://x/y', path: transit, key: k }",
    17,
    /not those of a key in a transit engine/,
  ),
  'a path that goes up': parts(
    "{ address: 'https://x', path: ../sys, key: k }",
    17,
    /not those of a key in a transit engine/,
  ),
  'a key in parts that is there as a text': {
    text: 'version: 1\nrecipients:\n  a: arn:aws:kms:eu-west-1:111122223333:key/a\n  b: { arn: arn:aws:kms:eu-west-1:111122223333:key/a }\n',
    at: [4, 3],
    message: /"a" and "b" are the same key/,
    schema: false,
  },
}
