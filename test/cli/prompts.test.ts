import { Writable } from 'node:stream'
import * as assert from 'uvu/assert'
import { createPrompts } from '../../src/cli/prompts.ts'
import type { Questions } from '../../src/cli/questions.ts'
import { isSecretsError } from '../../src/core/errors.ts'
import { suite } from '../support/suite.ts'
import { captured, keyboard } from './in-process.ts'

const INSTEAD = { instead: 'use --yes' }
const CHOICES = [
  { value: 'a', name: 'first' },
  { value: 'b', name: 'second\u001b[2J' },
  { value: 'c', chosen: true },
]
const [ENTER, DOWN, SPACE, CTRL_C] = ['\r', '\u001b[B', ' ', '\u0003']

suite('prompts', (test) => {
  test('asks for text that nobody sees', async () => {
    const { answer, screen } = await typed(['marker7', ENTER], (ask) => ask.hidden({ message: 'value', ...INSTEAD }))
    assert.is(answer, 'marker7')
    assert.match(screen, 'value')
    assert.not.match(screen, 'marker7')
  })

  test('asks for text, with a suggestion', async () => {
    const question = { message: 'name', suggestion: 'staging', ...INSTEAD }
    assert.is((await typed(['prod', ENTER], (ask) => ask.text(question))).answer, 'prod')
    assert.is((await typed([ENTER], (ask) => ask.text(question))).answer, 'staging')
  })

  test('asks whether', async () => {
    assert.is((await typed(['n', ENTER], (ask) => ask.confirm({ message: 'sure', ...INSTEAD }))).answer, false)
    assert.is((await typed(['y', ENTER], (ask) => ask.confirm({ message: 'sure', ...INSTEAD }))).answer, true)
    const unlikely = { message: 'sure', suggestion: false, ...INSTEAD }
    assert.is((await typed([ENTER], (ask) => ask.confirm(unlikely))).answer, false)
  })

  test('asks which one, the chosen one first under the cursor', async () => {
    const question = { message: 'which', choices: CHOICES, ...INSTEAD }
    assert.is((await typed([ENTER], (ask) => ask.select(question))).answer, 'c')
    const plain = { ...question, choices: CHOICES.slice(0, 2) }
    const { answer, screen } = await typed([DOWN, ENTER], (ask) => ask.select(plain))
    assert.is(answer, 'b')
    assert.match(screen, 'second\\x1b[2J')
  })

  test('asks which of many', async () => {
    const question = { message: 'which', choices: CHOICES, ...INSTEAD }
    assert.equal((await typed([SPACE, ENTER], (ask) => ask.checkbox(question))).answer, ['a', 'c'])
  })

  test('Ctrl-C and an abort interrupt', async () => {
    const question = { message: 'value', ...INSTEAD }
    const error: unknown = await typed([CTRL_C], (ask) => ask.hidden(question)).catch((caught: unknown) => caught)
    assert.ok(isSecretsError(error) && error.code === 'INTERRUPTED')
    const aborted: unknown = await typed(['abort'], (ask) => ask.text(question)).catch((caught: unknown) => caught)
    assert.ok(isSecretsError(aborted) && aborted.code === 'INTERRUPTED')
  })
})

/** Asks, and types key after key; `abort` stands for the signal. */
async function typed<Answer>(
  keys: readonly string[],
  ask: (questions: Questions) => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly screen: string }> {
  const { input } = keyboard()
  const { environment, signals } = captured()
  let screen = ''
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      screen += String(chunk)
      done()
    },
  })
  const answer = ask(createPrompts({ ...environment, stdin: input, stderr: output }))
  answer.catch(() => {})
  for (const key of keys) {
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
    if (key === 'abort') signals.emit('SIGTERM', 'SIGTERM')
    else input.write(key)
  }
  return { answer: await answer, screen }
}
