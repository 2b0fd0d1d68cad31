import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { mergeTexts } from '../../../src/core/merge/merge-texts.ts'
import { formatByName } from '../../../src/formats/find-format.ts'
import { suite } from '../../support/suite.ts'
import { caseNumbers, leavesOf, modelMerge, randomVersions } from './random-versions.ts'

const RUNS = 400 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)

const CASES = [
  { name: 'yaml', nested: true, comments: true },
  { name: 'json', nested: true, comments: false },
  { name: 'dotenv', nested: false, comments: true },
] as const

suite('random merges of texts', (test) => {
  for (const { name, ...how } of CASES) {
    test(`${name}: the result equals a merge of the paths`, async () => {
      const format = await formatByName(name)
      let merges = 0
      const check = (numbers: readonly number[]): void => {
        const { base, ours, theirs } = randomVersions(format, numbers, how)
        const expected = modelMerge(leavesOf(format, base), leavesOf(format, ours), leavesOf(format, theirs))
        const merged = mergeTexts(format, { base, ours, theirs })
        if (expected === undefined) {
          assert.ok(merged.conflicts.length > 0)
          return
        }
        assert.is(merged.conflicts.length, 0)
        merges += 1
        assert.is(merged.ours, merged.theirs)
        assert.equal(Object.fromEntries(leavesOf(format, merged.ours)), Object.fromEntries(expected))
        const [before, after] = [new Set(comments(base)), comments(merged.ours)]
        for (const comment of [...comments(ours), ...comments(theirs)]) {
          if (!before.has(comment)) assert.is(after.filter((one) => one === comment).length, 1, comment)
        }
      }
      fc.assert(fc.property(caseNumbers, check), { numRuns: RUNS })
      assert.ok(merges > RUNS / 3, `only ${merges} of ${RUNS} could be merged`)
    })
  }
})

function comments(text: string): string[] {
  return text.match(/# note \d+$/gm) ?? []
}
