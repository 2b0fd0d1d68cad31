/** Nothing of a sealed file can be changed unnoticed but white space that means nothing. */
// parts: 2
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { SELECT_ALL } from '../../src/core/selection.ts'
import { walk } from '../../src/core/walk.ts'
import { formatByName } from '../../src/formats/find-format.ts'
import { RUNS } from '../formats/text-checks.ts'
import { opened, sealed, sealOptions } from '../support/sealing.ts'
import { suite } from '../support/suite.ts'
import { plainTexts } from './texts.ts'

/** Leaves much in clear: what only the seal covers. */
const SELECTIONS = [
  { by: 'encrypted_regex', pattern: '[13]' },
  { by: 'unencrypted_suffix', pattern: '_unencrypted' },
] as const

const options = fc
  .record({ selection: fc.constantFrom(...SELECTIONS), macOnlyEncrypted: fc.boolean() })
  .map(({ selection, macOnlyEncrypted }) => sealOptions(selection, { macOnlyEncrypted }))

/** Signs of all formats, and what looks like them. */
const SIGNS = [
  '\u00a0',
  '\ufeff',
  '\u2028',
  'é',
  '',
  ...'a Z 0 9 + / = , : ] } ~ # ; " \' \\ - & * ! | > % @'.split(' '),
  ' ',
  '\n',
  '\t',
  '\r',
]

type Change = (text: string, at: number, sign: string) => string

const CHANGES: Readonly<Record<string, Change>> = {
  'another character': (text, at, sign) => text.slice(0, at) + sign + text.slice(at + 1),
  'one bit more or less': (text, at) =>
    text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (at % 5))) + text.slice(at + 1),
  'a character added': (text, at, sign) => text.slice(0, at) + sign + text.slice(at),
  'a character removed': (text, at) => text.slice(0, at) + text.slice(at + 1),
  'a line removed': (text, at) => withLines(text, at, (lines, index) => lines.toSpliced(index, 1)),
  'a line twice': (text, at) => withLines(text, at, (lines, index) => lines.toSpliced(index, 0, lines[index] ?? '')),
  'two lines swapped': (text, at) =>
    withLines(text, at, (lines, index) => lines.toSpliced(index, 2, lines[index + 1] ?? '', lines[index] ?? '')),
}

/** More than in other properties: each takes a millisecond. */
const CHANGES_FOR_EACH = 12

/** Smaller counterexamples are looked for no longer than this. */
const LIMIT = 100_000

suite('a sealed file', (test) => {
  for (const [format, texts] of Object.entries(plainTexts)) {
    test(`${format}: no change passes but of white space that means nothing`, async () => {
      let refusedOnes = 0
      const change = fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.nat(), fc.constantFrom(...SIGNS))
      const changes = fc.array(change, { minLength: CHANGES_FOR_EACH, maxLength: CHANGES_FOR_EACH })
      await fc.assert(
        fc.asyncProperty(texts, options, changes, async (plain, chosen, all) => {
          const text = await sealedOrRefused(format, plain, chosen)
          if (text === undefined) return
          const before = await meaning(format, text)
          assert.type(before, 'string')
          for (const [name, where, sign] of all) {
            const changed: string = CHANGES[name]?.(text, where % text.length, sign) ?? text
            if (changed === text || /\p{Cs}/u.test(changed)) continue
            const after = await meaning(format, changed).catch(refused)
            if (after === undefined) refusedOnes += 1
            else {
              assert.is(visible(changed), visible(text), `${name}: a change passed`)
              assert.is(after, before, `${name}: a change of white space passed that means something`)
            }
          }
        }),
        { numRuns: RUNS, interruptAfterTimeLimit: LIMIT, markInterruptAsFailure: false },
      )
      assert.ok(refusedOnes > RUNS, `only ${refusedOnes} changes were refused`)
    }, 240)

    test(`${format}: what git, editors and formatters do to line ends and blanks passes`, async () => {
      await fc.assert(
        fc.asyncProperty(texts, async (plain) => {
          const text = await sealedOrRefused(format, plain, sealOptions())
          if (text === undefined || /[\r|>]/.test(text.replace(/enc: \|/g, ''))) return
          assert.is((await opened(format, text.replaceAll('\n', '\r\n'))).seal, 'right', 'CRLF')
          if (!text.endsWith('\n')) assert.is((await opened(format, `${text}\n`)).seal, 'right', 'a final line break')
        }),
        { numRuns: RUNS, interruptAfterTimeLimit: LIMIT, markInterruptAsFailure: false },
      )
    }, 120)
  }
})

function withLines(text: string, at: number, change: (lines: string[], index: number) => string[]): string {
  const lines = text.split('\n')
  return change(lines, at % lines.length).join('\n')
}

function visible(text: string): string {
  return text.replace(/[ \t\r\n]/g, '')
}

async function sealedOrRefused(
  format: string,
  plain: Buffer,
  chosen: ReturnType<typeof sealOptions>,
): Promise<string | undefined> {
  try {
    return await sealed(format, plain, chosen)
  } catch (error) {
    return refused(error)
  }
}

function refused(error: unknown): undefined {
  if (!isSecretsError(error) || error.code === 'INTERNAL') throw error
}

/** All that a reader sees: keys, values, comments, and who can open the file. Undefined where it is told that the seal is gone. */
async function meaning(format: string, text: string): Promise<string | undefined> {
  const open = await opened(format, text)
  if (open.seal === 'missing') return undefined
  const { format: kind } = open.sealed
  const { groups, selection } = open.sealed.metadata
  const found: unknown[] = [open.entries.map(({ path, scalar }) => [path, scalar.type, String(scalar.canonical)])]
  if (kind.plainContent === undefined) {
    const { documents } = (await formatByName(format)).parse(
      Buffer.from(open.content)
        .toString()
        .replace(/^\ufeff/, ''),
    )
    walk(documents, SELECT_ALL, {
      value: () => undefined,
      comment: ({ node, aad }) => found.push([aad, node.text.trim()]),
    })
  } else found.push(Buffer.from(open.content).toString('base64'))
  return JSON.stringify([found, groups, selection])
}
