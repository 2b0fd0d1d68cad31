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

/** Mappings that break one rule each. */
export const invalidKeysInParts: Readonly<Record<string, InvalidConfig>> = {
  'a key in parts of no kind': {
    text: 'version: 1\nrecipients:\n  a: { key: x }\n',
    at: [3, 6],
    message: /recipient "a" needs arn \(AWS KMS\), resource/,
    hint: /as one text/,
    schema: true,
  },
  'a key with a part of another kind': {
    text: 'version: 1\nrecipients:\n  a: { arn: arn:aws:kms:eu-west-1:111122223333:key/a, rol: x }\n',
    at: [3, 55],
    message: /unknown key "rol"/,
    hint: /did you mean "role"/,
    schema: true,
  },
  'a key without a part': {
    text: 'version: 1\nrecipients:\n  a: { vault: https://x.vault.azure.net }\n',
    at: [3, 6],
    message: /recipient "a" has no key/,
    schema: true,
  },
  'a part that is empty': {
    text: "version: 1\nrecipients:\n  a: { arn: 'arn:aws:kms:eu-west-1:111122223333:key/a', profile: '' }\n",
    at: [3, 66],
    message: /profile of recipient "a" is empty/,
    schema: true,
  },
  'an ARN of something else': {
    text: 'version: 1\nrecipients:\n  a: { arn: arn:aws:s3:::bucket }\n',
    at: [3, 13],
    message: /ARN is not one of a KMS key/,
    schema: true,
  },
  'a region with a host in it': {
    text: "version: 1\nrecipients:\n  a: { arn: 'arn:aws:kms:evil.example.org/x-1:111122223333:key/a' }\n",
    at: [3, 13],
    message: /ARN is not one of a KMS key/,
    schema: true,
  },
  'a role that is none': {
    text: "version: 1\nrecipients:\n  a: { arn: 'arn:aws:kms:eu-west-1:111122223333:key/a', role: admin }\n",
    at: [3, 13],
    message: /role is not the ARN/,
    schema: true,
  },
  'a context as a text': {
    text: "version: 1\nrecipients:\n  a: { arn: 'arn:aws:kms:eu-west-1:111122223333:key/a', context: x }\n",
    at: [3, 66],
    message: /context of recipient "a" must be a mapping/,
    schema: true,
  },
  'a context of lists': {
    text: "version: 1\nrecipients:\n  a: { arn: 'arn:aws:kms:eu-west-1:111122223333:key/a', context: { b: [c] } }\n",
    at: [3, 71],
    message: /context of recipient "a" must be a text/,
    schema: true,
  },
  'a resource with a version': {
    text: 'version: 1\nrecipients:\n  a: { resource: projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1 }\n',
    at: [3, 18],
    message: /it is not projects/,
    schema: true,
  },
  'a vault with a user': {
    text: "version: 1\nrecipients:\n  a: { vault: 'https://u@x.vault.azure.net', key: k }\n",
    at: [3, 15],
    message: /not those of a key in Key Vault/,
    schema: true,
  },
  'an address with a path': {
    text: "version: 1\nrecipients:\n  a: { address: 'https://x/y', path: transit, key: k }\n",
    at: [3, 17],
    message: /not those of a key in a transit engine/,
    schema: true,
  },
  'a path that goes up': {
    text: "version: 1\nrecipients:\n  a: { address: 'https://x', path: ../sys, key: k }\n",
    at: [3, 17],
    message: /not those of a key in a transit engine/,
    schema: true,
  },
  'a key in parts that is there as a text': {
    text: 'version: 1\nrecipients:\n  a: arn:aws:kms:eu-west-1:111122223333:key/a\n  b: { arn: arn:aws:kms:eu-west-1:111122223333:key/a }\n',
    at: [4, 3],
    message: /"a" and "b" are the same key/,
    schema: false,
  },
}
