import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { environmentOf, groupReferences } from '../../src/project/claims.ts'
import { convertSopsConfig } from '../../src/project/convert-sops-config.ts'
import { readSecretsrc } from '../../src/project/read-secretsrc.ts'
import { readSopsConfig } from '../../src/project/read-sops-config.ts'
import { writeBelow } from '../support/git-sandbox.ts'
import { isolatedEnvironment } from '../support/isolated-environment.ts'
import { needPeer } from '../support/peer.ts'
import { runProgram } from '../support/run-program.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { ALICE, BOB } from './secretsrc-cases.ts'

const CONFIG = `
keys:
  - &bob ${BOB}
creation_rules:
  - path_regex: ^prod/.*\\.yaml$
    encrypted_regex: ^x
    key_groups:
      - age: [*bob]
        merge: [{ age: ['${ALICE}'] }, { age: [*bob] }]
      - age: ['${ALICE}']
  - path_regex: dev/
    age: '${ALICE}, ${BOB}'
    mac_only_encrypted: yes
    unencrypted_suffix: _u
  - path_regex: (?i)UPPER$
    age: ['${BOB}', '${ALICE},${BOB}']
  - path_regex: ''
    age: ${ALICE}
`

const PATHS = [
  'prod/a.yaml',
  'prod/dev/x.yaml',
  'prod/x.yml',
  'a/dev/x.yaml',
  'x.upper',
  'other',
  'sub/prod/a.yaml',
  'prod/ü b.yaml',
]

interface Encrypted {
  readonly sops: {
    readonly key_groups?: readonly { readonly age: readonly { readonly recipient: string }[] }[]
    readonly age: readonly { readonly recipient: string }[]
    readonly mac_only_encrypted?: boolean
    readonly [selector: string]: unknown
  }
}

suite('.sops.yaml as sops reads it', (test) => {
  for (const path of PATHS) {
    test(`${path} gets the rule that sops gives it`, async (context) => {
      const sops = needPeer('sops', context)
      const folder = temporaryFolder(context)
      writeBelow(folder, '.sops.yaml', CONFIG)
      writeBelow(folder, path, '{"a": 1}')
      const args = ['encrypt', '--input-type', 'json', '--output-type', 'json', join(folder, path)]
      const { stdout, stderr, status } = await runProgram(sops, args, { cwd: folder, env: isolatedEnvironment(folder) })
      assert.is(status, 0, stderr)
      // Made by sops itself just now.
      const { sops: metadata } = JSON.parse(stdout) as Encrypted
      const written = await readSopsConfig(Buffer.from(CONFIG), join(folder, '.sops.yaml'))
      const converted = await readSecretsrc(Buffer.from(convertSopsConfig(written)), join(folder, '.secretsrc'))
      for (const project of [written, converted]) {
        const environment = environmentOf(project, path)
        if (environment === undefined || environment.selection.by === 'none') throw new Error('no rule')
        const lists = (metadata.key_groups ?? [metadata]).map((group) => group.age.map((entry) => entry.recipient))
        // sops encrypts twice to a key that a flat list names twice.
        const groups = lists.map((list) => [...new Set(list)])
        assert.equal(groupReferences(project, environment), groups)
        assert.is(environment.selection.pattern, metadata[environment.selection.by])
        assert.is(environment.macOnlyEncrypted, metadata.mac_only_encrypted ?? false)
      }
    })
  }
})
