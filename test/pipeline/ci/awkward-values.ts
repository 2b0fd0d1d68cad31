import fc from 'fast-check'
import type { HandedValue } from '../../../src/pipeline/ci/ci-system.ts'

/** What readers trip over, between blanks. */
const PARTS = [
  '% %0A %0D %25 %3B %5D %AZP25 = << <<EOF :: ] [ ; | \' " \\ $ ` $(x) # a B7 ö 😀 \u2028 \u0085 \u0001',
  '##vso[ delimiter_ ::add-mask:: ##teamcity[x ${{ x }} ! & |n |0x0041',
].flatMap((line) => line.split(' '))

/** Texts made of it, with blanks and breaks between. */
export const AWKWARD: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...PARTS, ' ', '\t', '\n', '\r', '\r\n'), { maxLength: 12 })
  .map((parts) => parts.join(''))

const NAME = fc.constantFrom('A', 'b_1', 'DATABASE_URL', '_x')

/** Values of different names, all secret. */
export const VALUES: fc.Arbitrary<HandedValue[]> = fc
  .uniqueArray(fc.record({ name: NAME, text: AWKWARD }), { selector: ({ name }) => name, maxLength: 3 })
  .map((values) => values.map((value) => ({ ...value, masks: ['mask of %0A] it'] })))
