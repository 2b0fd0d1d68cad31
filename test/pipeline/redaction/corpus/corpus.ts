/** The corpus: four values as programs print them, kept as they were printed. `generate.ts` makes it. */
import { readFileSync } from 'node:fs'

/** A secret in one form. */
export interface Leak {
  /** The name of its value. */
  readonly value: string
  readonly form: string
  /** What was printed; one character for each byte. */
  readonly printed: string
  /** How many of these bytes, at its beginning and end, are not the secret. */
  readonly around: readonly [before: number, after: number]
}

/** The values, by name. */
export const CORPUS_VALUES: Readonly<Record<string, string>> = {
  API_KEY: 'Zx9$k/Q+7=w"t!pLmN4v',
  PASSWORD: `p'ä"ss\\wörd €x12&<b>$ %d`,
  TOKEN: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  PRIVATE_KEY: [
    '-----BEGIN PRIVATE KEY-----',
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj',
    'MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu',
    'NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ',
    'q83vEiM0RVZneImaq7zN',
    '-----END PRIVATE KEY-----',
  ].join('\n'),
}

/** An output that shows so many bytes of a secret in a row has let it through. */
export const LET_THROUGH = 12

/** Where the corpus is. */
export const CORPUS_FILE: URL = new URL('leaks.jsonl', import.meta.url)

/** All of it: one object of JSON in each line. */
export function readCorpus(): readonly Leak[] {
  const lines = readFileSync(CORPUS_FILE, 'utf8').split('\n')
  // Written by `generate.ts`.
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Leak)
}

/** Text without the colours of a terminal. */
export function withoutColours(text: string): string {
  return text.replaceAll(/\u001b\[\d+m/g, '')
}

/**
 * Bytes of the longest part of a leak's secret that an output still shows, colours and the frames of keys left out. One character for
 * each byte.
 */
export function longestShown({ printed, around: [before, after] }: Leak, output: string): number {
  const secret = withoutColours(printed.slice(before, printed.length - after)).replaceAll(FRAME, '\0')
  const shown = withoutColours(output)
  let longest = 0
  for (let start = 0; start + longest < secret.length; start += 1) {
    while (start + longest < secret.length && shown.includes(secret.slice(start, start + longest + 1))) longest += 1
  }
  return longest
}

const FRAME = /-----(?:BEGIN|END) PRIVATE KEY-----/g
