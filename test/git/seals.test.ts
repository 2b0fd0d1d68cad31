/** Seals through merges, diffs and the filters of git. */
import * as assert from 'uvu/assert'
import { type OpenSealState, openSealed } from '../../src/core/open-text.ts'
import { readSealed } from '../../src/core/sealed-text.ts'
import { formatByName } from '../../src/formats/find-format.ts'
import { readableContent } from '../../src/git/textconv.ts'
import { suite } from '../support/suite.ts'
import { SealedVersions } from './sealed-versions.ts'
import { secretRepository } from './secret-repository.ts'

const BASE = '# head\nuser: u\npassword: p\nempty: ""\nlast: x\n'

const SEAL_LINE = /^ +seal: .*\n/m

function unsealed(content: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(content).toString('utf8').replace(SEAL_LINE, ''))
}

async function sealOf(files: SealedVersions, content: Uint8Array): Promise<OpenSealState> {
  const sealed = readSealed(await formatByName('yaml'), content)
  return (await openSealed(sealed, await files.keyring.open(sealed.metadata))).seal
}

suite('seals in git', (test) => {
  test('a merge of sealed versions is sealed; where a side has no seal, the result has none', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first(BASE)
    const ours = await files.next(base, BASE.replace('user: u', 'user: u2'))
    const theirs = await files.next(base, BASE.replace('last: x', 'last: y'))
    const both = await files.merge({ base, ours, theirs })
    assert.is(both.outcome, 'merged')
    assert.is(await sealOf(files, both.content), 'right')
    for (const versions of [
      { base, ours: unsealed(ours), theirs },
      { base, ours, theirs: unsealed(theirs) },
    ]) {
      const merge = await files.merge(versions)
      assert.is(merge.outcome, 'merged')
      assert.is(await sealOf(files, merge.content), 'missing', 'a change that nobody looked at is not vouched for')
      assert.is(await files.plain(merge.content), await files.plain(both.content))
    }
  })

  test('a side whose seal is wrong is not merged', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first(BASE)
    const ours = await files.next(base, BASE.replace('user: u', 'user: u2'))
    const theirs = Buffer.from(Buffer.from(base).toString('utf8').replace('empty: ""', 'renamed: ""'))
    const merge = await files.merge({ base, ours, theirs })
    assert.is(merge.outcome, 'conflict')
    assert.match(merge.problem?.message ?? '', /the seal does not match/)
    // Both sides may have mended what they come from.
    const mended = await files.merge({
      base: theirs,
      ours,
      theirs: await files.next(base, BASE.replace('last: x', 'last: y')),
    })
    assert.is(mended.outcome, 'merged')
  })

  test('without a key the result is sealed only where it is a side to the byte', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first(BASE)
    const ours = await files.next(base, BASE.replace('user: u', 'user: u2'))
    const same = await files.merge({ base, ours, theirs: base }, files.nobody)
    assert.equal([same.outcome, await sealOf(files, same.content)], ['merged', 'right'])
    const theirs = await files.next(base, BASE.replace('# head', '# other'))
    const mixed = await files.merge({ base, ours, theirs }, files.nobody)
    assert.equal([mixed.outcome, await sealOf(files, mixed.content)], ['merged', 'missing'])
  })

  test('diffs leave the seal out, and show one that goes or breaks', async () => {
    const files = await SealedVersions.of('a.yaml')
    const base = await files.first(BASE)
    const shown = async (content: Uint8Array): Promise<string> =>
      Buffer.from(await readableContent('a.yaml', content, async () => files.keyring)).toString('utf8')
    assert.not.match(await shown(base), /seal|v1:/)
    assert.match(await shown(unsealed(base)), /\n# seal: none\n$/)
    const tampered = Buffer.from(Buffer.from(base).toString('utf8').replace('empty: ""', 'renamed: ""'))
    assert.match(await shown(tampered), /^# head\nuser: u\n[^]*renamed: ""\n[^]*\n# seal: wrong/)
    const withoutKey = await readableContent('a.yaml', unsealed(base), async () => files.nobody)
    assert.match(Buffer.from(withoutKey).toString('utf8'), /\n# seal: none\n$/)
  })

  test('the filter keeps a sealed file sealed and an unsealed one unsealed, and compares with no broken one', async (context) => {
    const { write, read, git, tryGit, commit } = await repositoryOf(context)
    write('dev/a.yaml', BASE)
    await git('add', '--all')
    await commit('first')
    const stored = async (): Promise<string> => (await git('show', ':dev/a.yaml')).stdout
    assert.match(await stored(), SEAL_LINE)
    write('dev/a.yaml', BASE.replace('password: p', 'password: q'))
    await git('add', '--all')
    const changed = await stored()
    assert.match(changed, SEAL_LINE)
    await git('add', '--renormalize', '.')
    assert.is(await stored(), changed, 'deterministic')
    assert.is((await git('status', '--porcelain')).stdout, 'M  dev/a.yaml\n')

    const storing = async (text: string): Promise<void> => {
      write('../blob', text)
      const { stdout } = await git('hash-object', '-w', '--no-filters', '../blob')
      await git('update-index', '--cacheinfo', `100644,${stdout.trim()},dev/a.yaml`)
    }
    await storing(changed.replace(SEAL_LINE, ''))
    write('dev/a.yaml', BASE.replace('password: p', 'password: r'))
    await git('add', '--all')
    assert.not.match(await stored(), SEAL_LINE)

    const broken = changed.replace('empty: ""', 'renamed: ""')
    await storing(broken)
    write('dev/a.yaml', BASE.replace('password: p', 'password: s'))
    await git('add', '--all')
    assert.match(await stored(), SEAL_LINE)
    assert.not.match(await stored(), 'renamed', 'what is committed counts')

    await storing(broken)
    await git('commit', '--quiet', '--no-verify', '--message', 'broken')
    const refused = await tryGit('add', '--all')
    assert.is.not(refused.status, 0)
    assert.match(refused.stderr, /the seal does not match/)
    // A check-out never fails: what is not to be trusted stays encrypted.
    const out = await tryGit('checkout', '--', 'dev/a.yaml')
    assert.is(out.status, 0, out.stderr)
    assert.match(read('dev/a.yaml'), /^password: ENC\[/m)
  }, 280)
})

interface Repository {
  readonly write: (path: string, content: string) => void
  readonly read: (path: string) => string
  readonly git: Awaited<ReturnType<typeof secretRepository>>['git']
  readonly tryGit: Awaited<ReturnType<typeof secretRepository>>['tryGit']
  readonly commit: Awaited<ReturnType<typeof secretRepository>>['commit']
}

async function repositoryOf(context: Parameters<typeof secretRepository>[0]): Promise<Repository> {
  const repository = await secretRepository(context)
  return {
    write: (path, content) => repository.write(path, content),
    read: (path) => repository.read(path),
    git: (...args) => repository.git(...args),
    tryGit: (...args) => repository.tryGit(...args),
    commit: (message) => repository.commit(message),
  }
}
