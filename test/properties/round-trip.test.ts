// parts: 2
/** What holds for every file that is accepted, whatever its format. */
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import type { Selection } from '../../src/core/metadata-model.ts'
import { reseal } from '../../src/core/reseal.ts'
import type { SealOptions } from '../../src/core/seal-text.ts'
import { RUNS } from '../formats/text-checks.ts'
import { opened, sealed, sealOptions } from '../support/sealing.ts'
import { suite } from '../support/suite.ts'
import { plainTexts } from './texts.ts'

/** What a file may be refused for when it is encrypted. All else is a crash. */
const REFUSED = ['FORMAT_INVALID', 'EMPTY_FILE', 'RESERVED_KEY', 'LIMIT_EXCEEDED']

/** Selections that cannot hold in place: a comment that would select itself, a secret that an alias would show. */
const BY_SELECTION = /comment expression matches|would show in clear/

const SELECTIONS: readonly Selection[] = [
  { by: 'unencrypted_suffix', pattern: '_unencrypted' },
  { by: 'encrypted_suffix', pattern: '1' },
  { by: 'unencrypted_regex', pattern: '[2-4]$' },
  { by: 'encrypted_regex', pattern: '^[kx"]|[37]$' },
  { by: 'unencrypted_comment_regex', pattern: 'c[0-4]' },
  { by: 'encrypted_comment_regex', pattern: '[acx]' },
]

const options = fc
  .record({ selection: fc.constantFrom(...SELECTIONS), macOnlyEncrypted: fc.boolean() })
  .map(({ selection, macOnlyEncrypted }) => sealOptions(selection, { macOnlyEncrypted }))

/** Smaller counterexamples are looked for no longer than this. */
const LIMITS = { interruptAfterTimeLimit: 200_000, markInterruptAsFailure: false }

suite('every accepted file', (test) => {
  for (const [format, texts] of Object.entries(plainTexts)) {
    const accepted = async (plain: Buffer, chosen?: SealOptions): Promise<string | undefined> =>
      sealedOrRefused(format, plain, chosen)

    test(`${format}: is decrypted to the bytes that were encrypted`, async () => {
      let count = 0
      await fc.assert(
        fc.asyncProperty(texts, options, async (plain, chosen) => {
          const text = await accepted(plain, chosen)
          if (text === undefined) return
          count += 1
          const open = await opened(format, text)
          assert.is(Buffer.compare(open.content, plain), 0)
        }),
        { numRuns: RUNS, ...LIMITS },
      )
      assert.ok(count > RUNS / 2, `only ${count} files were accepted`)
    }, 240)

    test(`${format}: has one encrypted form under one data key, and keeps it when nothing changes`, async () => {
      await fc.assert(
        fc.asyncProperty(texts, async (plain) => {
          const text = await accepted(plain)
          if (text === undefined) return
          assert.is(await sealed(format, plain), text)
          const open = await opened(format, text)
          assert.is(Buffer.compare(await reseal(open, open.content, { now: new Date() }), Buffer.from(text)), 0)
          // With metadata to write, every value goes through the cipher again.
          const again = await reseal(open, open.content, { now: new Date(), metadata: {} })
          assert.is(Buffer.from(again).toString(), text)
        }),
        { numRuns: RUNS / 2, ...LIMITS },
      )
    }, 240)
  }
})

async function sealedOrRefused(format: string, plain: Buffer, chosen?: SealOptions): Promise<string | undefined> {
  try {
    return await sealed(format, plain, chosen)
  } catch (error) {
    if (!isSecretsError(error)) throw error
    assert.ok(REFUSED.includes(error.code) || BY_SELECTION.test(error.message), error.code)
    return undefined
  }
}
