/** Random merges of encrypted files: equal to a merge of the plain trees, and each verified and decrypted by sops. */
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { formatByName } from '../../../src/formats/find-format.ts'
import { caseNumbers, leavesOf, modelMerge, randomVersions } from '../../core/merge/random-versions.ts'
import { SealedVersions } from '../../git/sealed-versions.ts'
import { suite } from '../../support/suite.ts'
import { BothTools } from '../sops/both-tools.ts'

const MERGES = 170 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)
/** How many sops run side by side. */
const AT_ONCE = 2

const CASES = [
  { name: 'yaml', suffix: 'yaml', nested: true, comments: true },
  { name: 'json', suffix: 'json', nested: true, comments: false },
  { name: 'dotenv', suffix: 'env', nested: false, comments: true },
] as const

suite('random merges and sops', (test) => {
  for (const { name, suffix, ...how } of CASES) {
    test(`${name}: sops decrypts every result to what the model says`, async (context) => {
      const files = await SealedVersions.of(`merged.${suffix}`)
      const tools = new BothTools(context, [files.alice])
      const format = await formatByName(name)
      const expected: Readonly<Record<string, string>>[] = []
      // Drawn until enough can be merged: the others are conflicts, which other tests look at.
      for (let seed = 0; expected.length < MERGES; seed += 100) {
        for (const numbers of fc.sample(caseNumbers, { numRuns: 100, seed: seed + 1 })) {
          if (expected.length >= MERGES) break
          const { base, ours, theirs } = randomVersions(format, numbers, how)
          const model = modelMerge(leavesOf(format, base), leavesOf(format, ours), leavesOf(format, theirs))
          if (model === undefined || ours === theirs) continue
          const sealed = await files.first(base)
          const [oursSealed, theirsSealed] = [await files.next(sealed, ours), await files.next(sealed, theirs)]
          const merge = await files.merge({ base: sealed, ours: oursSealed, theirs: theirsSealed })
          assert.is(merge.outcome, 'merged')
          tools.write(`${expected.length}.${suffix}`, merge.content)
          expected.push(Object.fromEntries(model))
        }
      }
      for (let start = 0; start < expected.length; start += AT_ONCE) {
        await Promise.all(
          expected.slice(start, start + AT_ONCE).map(async (leaves, offset) => {
            const plain = await tools.mustSops('decrypt', `${start + offset}.${suffix}`)
            assert.equal(Object.fromEntries(leavesOf(format, plain.toString('utf8'))), leaves)
          }),
        )
      }
      assert.is(expected.length, MERGES)
    })
  }
})
