import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { plainOf, sealed } from '../support/sealing.ts'
import { suite } from '../support/suite.ts'
import { yamlTexts } from './yaml-texts.ts'

suite('YAML encrypted and decrypted', (test) => {
  test('gives back the same bytes, aliases and folded blocks included', async () => {
    await fc.assert(
      fc.asyncProperty(yamlTexts, async ({ text }) => {
        assert.is(await plainOf('yaml', await sealed('yaml', text)), text)
      }),
      { numRuns: 100 },
    )
  })

  test('gives back texts that end in a block without a line break, and flow roots', async () => {
    const texts = ['a: |\n  x', '# c\na: >+\n  x\n\n  y', '{a: [x, "y", \'z\']}', 'a: x', '---\na: |+\n  x\n\n...\n']
    for (const text of texts) assert.is(await plainOf('yaml', await sealed('yaml', text)), text)
  })
})
