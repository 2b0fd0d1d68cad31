import { readFileSync } from 'node:fs'
import type { KeyEntry, KeyGroup } from '../../../src/core/metadata-model.ts'

const FOLDER = new URL('../../fixtures/sops-3.13.2/', import.meta.url)

/** The identities of the fixtures, in order. */
export const fixtureIdentities: readonly string[] = readFileSync(new URL('keys.txt', FOLDER), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('AGE-SECRET-KEY-'))

/** The data key of a fixture, as its manifest says. */
export function fixtureDataKey(name: string): string {
  const manifest = readFileSync(new URL('MANIFEST.txt', FOLDER), 'utf8')
  const line = manifest.split('\n').find((one) => one.startsWith(`${name} `))
  return /datakey=([0-9a-f]{64})/.exec(line ?? '')?.[1] ?? ''
}

/** The age entries of a YAML fixture, in order, without the YAML library: the blobs are the point here. */
export function fixtureEntries(name: string): KeyGroup {
  const text = readFileSync(new URL(name, FOLDER), 'utf8')
  const blobs = text.match(/-----BEGIN AGE[^]*?-----END AGE ENCRYPTED FILE-----\n/g) ?? []
  const recipients = [...text.matchAll(/recipient: (age1\S+)/g)].map((match) => match[1] ?? '')
  return blobs.map((blob, index): KeyEntry => {
    const fields = { enc: blob.replaceAll(/^ +/gm, ''), recipient: recipients[index] ?? '' }
    return { kind: 'age', fields }
  })
}
