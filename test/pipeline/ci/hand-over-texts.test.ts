import * as assert from 'uvu/assert'
import { handOverTexts } from '../../../src/index.ts'
import { suite } from '../../support/suite.ts'
import { readGithubCommand, readGithubFile } from './vendor-readers.ts'

const TEXTS = { TOKEN: 'tok3n-Value-9', PORT: '5432' }

async function codeOf(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => 'done',
    (error: unknown) => (error instanceof Error ? Reflect.get(error, 'code') : error),
  )
}

suite('handing over from Node', (test) => {
  test('what there is to do is given, masks first', async () => {
    const {
      system,
      masks = [],
      appends = [],
      unmasked,
      ...rest
    } = await handOverTexts(TEXTS, { env: { GITHUB_ACTIONS: 'true' } })
    assert.is(system, 'github')
    assert.equal(readGithubCommand(masks[0] ?? ''), { command: 'add-mask', data: TEXTS.TOKEN })
    assert.equal(Object.fromEntries(readGithubFile(appends[0]?.text ?? '')), TEXTS)
    assert.equal(unmasked, ['PORT'])
    assert.equal(rest, {})
  })

  test('no entry of a file ends at a guess: delimiters differ from entry to entry and from time to time', async () => {
    const made = await Promise.all([1, 2].map(() => handOverTexts(TEXTS, { env: { GITHUB_ACTIONS: 'true' } })))
    const delimiters = made.flatMap(({ appends = [] }) => (appends[0]?.text ?? '').match(/(?<=<<).*/g) ?? [])
    assert.is(new Set(delimiters).size, 4)
    for (const delimiter of delimiters) assert.match(delimiter, /^ghadelimiter_[0-9a-f-]{36}$/)
  })

  test('a name cannot bring in another variable', async () => {
    for (const name of ['PATH=/evil\nTOKEN', 'TOKEN]x', 'TOKEN<<x', '']) {
      const env = { GITHUB_ACTIONS: 'true' }
      assert.is(await codeOf(handOverTexts({ [name]: 'tok3n-Value-9' }, { env })), 'BAD_NAME', name)
    }
  })

  test('what no system is known for, keeps secret or takes is refused', async () => {
    assert.is(await codeOf(handOverTexts(TEXTS, { env: {} })), 'USAGE')
    assert.is(await codeOf(handOverTexts(TEXTS, { env: { GITLAB_CI: 'true' } })), 'USAGE')
    assert.is(await codeOf(handOverTexts(TEXTS, { env: { CIRCLECI: 'true' } })), 'USAGE')
    assert.is(await codeOf(handOverTexts(TEXTS, { env: { CIRCLECI: 'true' }, allowUnmasked: true })), 'done')
    assert.is(await codeOf(handOverTexts(TEXTS, { env: { GITLAB_CI: 'true' }, allowUnmasked: true })), 'USAGE')
    assert.is(
      await codeOf(handOverTexts({ NODE_OPTIONS: '-r x' }, { env: { GITHUB_ACTIONS: 'true' } })),
      'UNREPRESENTABLE',
    )
  })
})
