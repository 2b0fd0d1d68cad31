import { isWorthFinding } from '../worth-finding.ts'
import { whyNotMasked } from './maskable.ts'

/** What counts as a secret that was found: it depends on what is done about it. */
export interface FindingRule {
  /** Whether a value, or a part of one that has a use of its own, is looked for. */
  readonly isFound: (text: string) => boolean
  /** Also in capitals and in small letters. */
  readonly otherCases: boolean
  /** Also pieces of long rows of base64 or hexadecimal, and what the end of the text cuts off. */
  readonly pieces: boolean
}

/** For an output: a mask too many does less harm than one too few. */
export const MASKING: FindingRule = {
  isFound: (text) => whyNotMasked(text) === undefined,
  otherCases: true,
  pieces: true,
}

/** For files that somebody will look into: whole values, rare enough that they mean something. */
export const REPORTING: FindingRule = {
  isFound: (text) => whyNotMasked(text) === undefined && isWorthFinding(Buffer.from(text, 'utf8')),
  otherCases: false,
  pieces: false,
}
