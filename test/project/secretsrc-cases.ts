/** Configurations for the reader's tests and the schema's. */
import { type InvalidConfig, invalidKeysInParts, KEYS_IN_PARTS } from './secretsrc-key-cases.ts'

export const ALICE = 'age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw'
export const BOB = 'age1s35dy3zpst8v9zewqgequxfs3u0lccqsysa5a9vjwn3ulucwvapqdnqrpe'

const HEAD = `version: 1\nrecipients:\n  alice: ${ALICE}\n  bob: ${BOB}\n`

/** A configuration with one environment, whose body is given as flow. */
export function oneEnvironment(body: string): string {
  return `${HEAD}environments:\n  dev: ${body}\n`
}

/** A configuration with one job, whose body is given as flow in line 8. */
function oneJob(body: string): string {
  return `${oneEnvironment('{ files: a, recipients: alice }')}jobs:\n  deploy: ${body}\n`
}

/** Configurations that are right. */
export const validConfigs: Readonly<Record<string, string>> = {
  'only a version': 'version: 1\n',
  'empty sections': 'version: 1\nrecipients:\nenvironments:\n',
  'one environment': oneEnvironment('{ files: secrets/dev.*, recipients: [alice, bob] }'),
  'one name for a list': oneEnvironment('{ files: a, recipients: alice }'),
  groups: oneEnvironment('{ files: [a, b], groups: [[alice], bob], threshold: 2 }'),
  'a regex': oneEnvironment("{ files: [{ regex: '^a/' }, b], recipients: [alice] }"),
  only: oneEnvironment("{ files: a, recipients: alice, encrypt: { only: '^data$' } }"),
  'all settings': oneEnvironment('{ files: a, recipients: alice, mac: encrypted, checkout: decrypted }'),
  'a seal': oneEnvironment('{ files: a, recipients: alice, seal: required }'),
  'no seal': `${oneEnvironment('{ files: a, recipients: alice, seal: true }')}seal: false\n`,
  'first match': `${oneEnvironment('{ files: a, recipients: alice }')}match: first\n`,
  'keys in parts': KEYS_IN_PARTS,
  'no jobs': `${oneEnvironment('{ files: a, recipients: alice }')}jobs:\n`,
  'a job': oneJob(
    '{ environments: dev, pass: [db, \'hosts[0]."a.b"\'], map: { URL: db.url, KEY: { file: tls.key } } }',
  ),
  'unicode names': `version: 1\nrecipients: { Zoë Müller: ${ALICE} }\nenvironments: { ümlaut: { files: 'ü ä/*.env', recipients: [Zoë Müller] } }\n`,
}

const env = (
  body: string,
  column: number,
  message: RegExp,
  more: { readonly schema?: boolean; readonly hint?: RegExp } = {},
): InvalidConfig => ({ text: oneEnvironment(body), at: [6, column], message, schema: true, ...more })

const job = (
  body: string,
  column: number,
  message: RegExp,
  more: { readonly schema?: boolean; readonly hint?: RegExp } = {},
): InvalidConfig => ({ text: oneJob(body), at: [8, column], message, schema: true, ...more })

/** Configurations that break one rule each. */
export const invalidConfigs: Readonly<Record<string, InvalidConfig>> = {
  'no version': { text: 'recipients:\n', at: [1, 1], message: /no version/, schema: true, hint: /version: 1/ },
  'another version': { text: 'version: 2\n', at: [1, 10], message: /not known/, schema: true },
  'a list': { text: '- a\n', at: [1, 1], message: /must be a mapping, not a list/, schema: true },
  'an unknown key': {
    text: 'version: 1\nrecipeints: {}\n',
    at: [2, 1],
    message: /unknown key "recipeints"/,
    hint: /did you mean "recipients"/,
    schema: true,
  },
  'a bad match': {
    text: 'version: 1\nmatch: frist\n',
    at: [2, 8],
    message: /match must be one or first/,
    schema: true,
    hint: /first/,
  },
  'recipients as a list': {
    text: 'version: 1\nrecipients: [a]\n',
    at: [2, 13],
    message: /must be a mapping/,
    schema: true,
  },
  'a recipient without a key': {
    text: 'version: 1\nrecipients:\n  a:\n',
    at: [3, 5],
    message: /not nothing/,
    schema: true,
  },
  'an empty key': { text: "version: 1\nrecipients:\n  a: ''\n", at: [3, 6], message: /an empty key/, schema: true },
  'a key in two lines': {
    text: 'version: 1\nrecipients:\n  a: "x\\ny"\n',
    at: [3, 6],
    message: /one line/,
    schema: false,
  },
  'a secret key': {
    text: 'version: 1\nrecipients:\n  a: AGE-SECRET-KEY-1QQ\n',
    at: [3, 6],
    message: /secret key/,
    schema: true,
  },
  ...invalidKeysInParts,
  'one key twice': {
    text: 'version: 1\nrecipients:\n  a: age1x\n  b: age1x\n',
    at: [4, 3],
    message: /"a" and "b" are the same key/,
    schema: false,
  },
  '__proto__ as a name': {
    text: 'version: 1\nrecipients:\n  __proto__: age1x\n',
    at: [3, 3],
    message: /begin with a letter/,
    schema: true,
  },
  'a name like an option': {
    text: 'version: 1\nrecipients:\n  --all: age1x\n',
    at: [3, 3],
    message: /begin with a letter/,
    schema: true,
  },
  'a name with a slash': {
    text: 'version: 1\nenvironments:\n  a/b: {}\n',
    at: [3, 3],
    message: /may hold letters/,
    schema: true,
  },
  'a name twice': {
    text: 'version: 1\nrecipients:\n  a: age1x\n  a: age1y\n',
    at: [4, 3],
    message: /unique/,
    schema: false,
  },
  'an environment of nothing': {
    text: 'version: 1\nenvironments:\n  a:\n',
    at: [3, 5],
    message: /not nothing/,
    schema: true,
  },
  'no files': env('{ recipients: alice }', 3, /says no files/),
  'an empty list of files': env('{ files: [], recipients: alice }', 17, /empty list of files/),
  'no recipients': env('{ files: a }', 3, /has no recipients/),
  'an empty list of recipients': env('{ files: a, recipients: [] }', 32, /empty list of recipients/),
  'an unknown name': env('{ files: a, recipients: [alcie] }', 33, /unknown recipient "alcie"/, {
    schema: false,
    hint: /did you mean "alice"/,
  }),
  'a name twice in a list': env('{ files: a, recipients: [bob, bob] }', 38, /"bob" twice/),
  'recipients and groups': env('{ files: a, recipients: alice, groups: [[alice], [bob]] }', 47, /both/),
  'a threshold alone': env('{ files: a, recipients: alice, threshold: 2 }', 50, /without groups/),
  'one group': env('{ files: a, groups: [[alice]] }', 28, /2 to 255/),
  'an empty group': env('{ files: a, groups: [[alice], []] }', 38, /empty list of recipients/),
  'a threshold of one': env('{ files: a, groups: [[alice], [bob]], threshold: 1 }', 57, /must be 2 to 2/),
  'a threshold above': env('{ files: a, groups: [[alice], [bob]], threshold: 3 }', 57, /must be 2 to 2/, {
    schema: false,
  }),
  'a threshold of words': env('{ files: a, groups: [[alice], [bob]], threshold: two }', 57, /whole number/),
  'a path outside': env('{ files: ../a, recipients: alice }', 17, /leaves the folder/),
  'a path outside, in the middle': env('{ files: a/../../b, recipients: alice }', 17, /leaves the folder/),
  'a path outside, in braces': env("{ files: '{a,../b}/c', recipients: alice }", 17, /leaves the folder/, {
    schema: false,
  }),
  'an absolute path': env('{ files: /etc/passwd, recipients: alice }', 17, /absolute/),
  'a drive': env("{ files: 'C:/a', recipients: alice }", 17, /drive/),
  'a backslash': env("{ files: 'a\\b', recipients: alice }", 17, /backslash/),
  'an unclosed bracket': env("{ files: 'a[b', recipients: alice }", 17, /without its/, { schema: false }),
  'a bad regex for files': env("{ files: { regex: '(' }, recipients: alice }", 26, /no valid regular/, {
    schema: false,
    hint: /RE2/,
  }),
  'an unknown key of a pattern': env("{ files: { regx: 'a' }, recipients: alice }", 19, /unknown key "regx"/, {
    hint: /regex/,
  }),
  'an unknown key of an environment': env('{ files: a, recipients: alice, encyrpt: {} }', 39, /unknown key "encyrpt"/, {
    hint: /encrypt/,
  }),
  'a look-ahead': env("{ files: a, recipients: alice, encrypt: { only: '(?=a)' } }", 56, /no valid regular/, {
    schema: false,
    hint: /look-ahead/,
  }),
  'two selections': env('{ files: a, recipients: alice, encrypt: { only: a, except: b } }', 59, /more than one rule/),
  'an empty selection': env('{ files: a, recipients: alice, encrypt: {} }', 48, /empty/),
  'an empty expression': env("{ files: a, recipients: alice, encrypt: { only: '' } }", 56, /only .* empty/),
  'a selection as text': env('{ files: a, recipients: alice, encrypt: data }', 48, /must be a mapping/, {
    hint: /only/,
  }),
  'an unknown selection': env(
    '{ files: a, recipients: alice, encrypt: { comments: true } }',
    50,
    /unknown key "comments"/,
  ),
  'a bad mac': env('{ files: a, recipients: alice, mac: none }', 44, /mac must be all or encrypted/),
  'a bad checkout': env('{ files: a, recipients: alice, checkout: plain }', 49, /checkout must be/),
  'a bad seal': env('{ files: a, recipients: alice, seal: maybe }', 45, /seal must be true or false or required/),
  'an alias': {
    text: `version: 1\nrecipients:\n  a: &k age1x\n  b: *k\n`,
    at: [3, 9],
    message: /anchors are not allowed/,
    schema: false,
  },
  'an alias cycle': {
    text: 'version: 1\nrecipients: &r\n  a: *r\n',
    at: [3, 3],
    message: /anchors|aliases/,
    schema: false,
  },
  'a merge key': {
    text: 'version: 1\nrecipients:\n  <<: { a: age1x }\n',
    at: [3, 3],
    message: /merge keys/,
    schema: false,
  },
  'a tag': {
    text: 'version: 1\nrecipients:\n  a: !x age1x\n',
    at: [3, 9],
    message: /tags are not allowed/,
    schema: false,
  },
  'a key that is no text': {
    text: 'version: 1\n? [a]\n: b\n',
    at: [2, 3],
    message: /key must be a text/,
    schema: false,
  },
  'two documents': {
    text: 'version: 1\n---\nversion: 1\n',
    at: [2, 1],
    message: /more than one YAML document/,
    schema: false,
  },
  'broken YAML': { text: 'version: 1\nrecipients: [a\n', at: [3, 1], message: /flow sequence/, schema: false },
  'a job that is given nothing': job('{ environments: dev }', 3, /job "deploy" is given nothing/, { hint: /pass: / }),
  'a job as a list': job('[a]', 11, /must be a mapping, not a list/),
  'an unknown key of a job': job('{ pas: [a], pass: a }', 13, /unknown key "pas" in job "deploy"/, { hint: /"pass"/ }),
  'an unknown environment of a job': job('{ environments: [dve], pass: a }', 28, /unknown environment "dve"/, {
    schema: false,
    hint: /did you mean "dev"/,
  }),
  'a job for no environment': job('{ environments: [], pass: a }', 27, /is for no environment/),
  'a path that is none': job('{ pass: [a..b] }', 20, /"a\.\.b" is no path/, { schema: false, hint: /database/ }),
  'an empty path': job("{ map: { A: '' } }", 23, /"" is no path/),
  'a path that is a list': job('{ map: { A: [a] } }', 23, /must be a text, not a list/),
  'a file without a path': job('{ map: { A: { fiel: a } } }', 23, /says no file \(and 1 more\)/),
  'an empty name of a mapping': job("{ map: { '': a } }", 20, /a name of map of job "deploy" is empty/),
}
