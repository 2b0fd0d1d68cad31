import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { provider } from '../../../src/keys/providers/ssh.ts'
import { encOf } from '../../../src/keys/wrapped-blob.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { opened, refused } from '../../keys/support/outcome.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { PLAIN, sopsEncrypts, sopsFolder } from '../support/sops-file.ts'

const DATA_KEY = Uint8Array.from({ length: 32 }, (_, index) => index)

const KINDS: Readonly<Record<string, readonly string[]>> = {
  ed25519: ['-t', 'ed25519'],
  rsa: ['-t', 'rsa', '-b', '2048'],
}

async function newKey(kind: string, passphrase: string, context: TestContext): Promise<string> {
  const folder = temporaryFolder(context)
  const path = join(folder, 'id')
  const args = ['-q', ...(KINDS[kind] ?? []), '-N', passphrase, '-C', 'alice at work', '-f', path]
  const { status, stderr } = await runProgram(needPeer('ssh-keygen', context), args, {
    cwd: folder,
    env: isolatedEnvironment(folder),
  })
  assert.is(status, 0, stderr)
  return path
}

suite('SSH keys beside age and sops', (test) => {
  for (const kind of Object.keys(KINDS)) {
    test(`${kind}: age opens what was wrapped here`, async (context) => {
      const path = await newKey(kind, '', context)
      const folder = temporaryFolder(context)
      const entry = await provider.wrap(readFileSync(`${path}.pub`, 'utf8'), DATA_KEY, keyContext())
      writeFileSync(join(folder, 'key.age'), encOf(entry) ?? '')
      const options = { cwd: folder, env: isolatedEnvironment(folder) }
      const result = await runProgram(needPeer('age', context), ['-d', '-i', path, 'key.age'], options)
      assert.is(result.stderr, '')
      assert.is(result.stdoutBytes.toString('hex'), Buffer.from(DATA_KEY).toString('hex'))
    })

    test(`${kind}: each opens what the other wrapped, with the comment and the passphrase`, async (context) => {
      const path = await newKey(kind, '', context)
      const sealed = await newKey(kind, 'a passphrase', context)
      for (const [key, askPassphrase] of [
        [path, undefined],
        [sealed, async () => 'a passphrase'],
      ] as const) {
        const recipient = readFileSync(`${key}.pub`, 'utf8').trim()
        const sops = sopsFolder(context, { SOPS_AGE_SSH_PRIVATE_KEY_FILE: key })
        await sopsEncrypts(sops, 'file.json', '--age', recipient)
        const [theirs] = sops.entries('file.json', 'age')
        assert.ok(theirs !== undefined)
        assert.is(theirs.fields['recipient'], recipient)
        assert.is(provider.referenceOf(theirs), recipient)
        const env = { SECRETS_AGE_SSH_PRIVATE_KEY_FILE: key }
        const ours = keyContext({ env, ...(askPassphrase === undefined ? {} : { askPassphrase }) })
        const dataKey = opened(await provider.unwrap(theirs, ours))
        sops.replaceEntries('file.json', [await provider.wrap(recipient, dataKey, keyContext())])
        if (askPassphrase === undefined) assert.is(await sops.mustRun('decrypt', 'file.json'), PLAIN)
      }
    })
  }

  test('both look into ~/.ssh, and neither uses the key of somebody else', async (context) => {
    const path = await newKey('ed25519', '', context)
    const other = await newKey('ed25519', '', context)
    const sops = sopsFolder(context, {})
    mkdirSync(join(sops.folder, '.ssh'))
    copyFileSync(path, join(sops.folder, '.ssh', 'id_ed25519'))
    await sopsEncrypts(sops, 'mine.json', '--age', readFileSync(`${path}.pub`, 'utf8').trim())
    await sopsEncrypts(sops, 'theirs.json', '--age', readFileSync(`${other}.pub`, 'utf8').trim())
    assert.is(await sops.mustRun('decrypt', 'mine.json'), PLAIN)
    assert.is.not((await sops.run('decrypt', 'theirs.json')).status, 0)
    const ours = keyContext({ home: sops.folder })
    const [mine] = sops.entries('mine.json', 'age')
    const [theirs] = sops.entries('theirs.json', 'age')
    assert.ok(mine !== undefined && theirs !== undefined)
    assert.is(opened(await provider.unwrap(mine, ours)).length, 32)
    assert.match(refused(await provider.unwrap(theirs, ours)), /~\/\.ssh\/id_ed25519: is not a recipient/)
  })
})
