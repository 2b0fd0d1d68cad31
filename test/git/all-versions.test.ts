import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { allVersions } from '../../src/git/all-versions.ts'
import { gitSandbox } from '../support/git-sandbox.ts'
import { suite } from '../support/suite.ts'

/** An encrypted file, as far as its metadata go. */
function sealedText(value: string): string {
  const age = 'sops_age__list_0__map_enc=x\nsops_age__list_0__map_recipient=age1x\n'
  return `A=ENC[AES256_GCM,data:${value},iv:aaaa,tag:aaaa,type:str]\n${age}sops_lastmodified=2024-01-01T00:00:00Z\nsops_mac=x\nsops_version=3.13.3\n`
}

suite('all-versions', (test) => {
  test('every content of secret files on any branch, once, merges included, the oldest first', async (context) => {
    const git = await gitSandbox(context, {
      'a.env': sealedText('one='),
      'other.txt': 'x',
      'odd name\t.env': 'A=plain\n',
    })
    await git.git('checkout', '--quiet', '-b', 'side')
    git.write('a.env', sealedText('two='))
    await git.commitAll('side')
    await git.git('checkout', '--quiet', '-')
    git.write('a.env', sealedText('three='))
    await git.commitAll('main')
    await git.tryGit('merge', '--quiet', 'side')
    git.write('a.env', sealedText('merged='))
    await git.commitAll('merge')
    git.write('a.env', sealedText('one='))
    await git.commitAll('back')
    await git.git('rm', '--quiet', 'a.env')
    await git.commitAll('gone')
    const versions = await allVersions({
      cwd: git.folder,
      env: git.env,
      targetOf: async (path) => {
        if (!path.endsWith('.env')) return undefined
        return { path: join(git.folder, path), shown: path, relative: path, environment: undefined }
      },
    })
    const values = versions.map(({ file }) => /data:(\w+)/.exec(Buffer.from(file.bytes).toString('utf8'))?.[1])
    assert.is(values[0], 'one')
    assert.equal([values.length, new Set(values)], [4, new Set(['merged', 'one', 'three', 'two'])])
    assert.ok(versions.every(({ commit, date }) => /^[0-9a-f]{40}$/.test(commit ?? '') && date?.includes('T') === true))
  })

  test('a repository without commits has none', async (context) => {
    const git = await gitSandbox(context)
    assert.equal(await allVersions({ cwd: git.folder, env: git.env, targetOf: async () => undefined }), [])
  })
})
