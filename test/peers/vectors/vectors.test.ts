/** What sops makes of the vectors of docs/format.md is what stands beside them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { type SopsFolder, sopsFolder } from '../support/sops-file.ts'

interface SopsVectors {
  readonly identity: string
  readonly recipient: string
  readonly files: readonly Readonly<Record<'title' | 'fileName' | 'encrypted' | 'sops', string>>[]
}

interface RefusedVectors {
  readonly files: readonly (Readonly<Record<'title' | 'fileName' | 'plain', string>> & {
    readonly sopsStatus: number
  })[]
}

suite('vectors and sops', (test) => {
  const { files, identity, recipient }: SopsVectors = JSON.parse(vectors('files'))

  test('sops decrypts every file to what is written down', async (context) => {
    const sops = sopsFolder(context, { SOPS_AGE_KEY: identity })
    for (const { title, fileName, encrypted, sops: expected } of files) {
      put(sops, fileName, encrypted)
      assert.is(await sops.mustRun('decrypt', fileName), expected, title)
    }
  })

  test('sops accepts and refuses as is written down', async (context) => {
    const sops = sopsFolder(context, {})
    const refused: RefusedVectors = JSON.parse(vectors('refused'))
    for (const { title, fileName, plain, sopsStatus } of refused.files) {
      put(sops, fileName, plain)
      const { status } = await sops.run('encrypt', '--age', recipient, fileName)
      assert.is(status, sopsStatus, title)
    }
  })
})

function put({ folder }: SopsFolder, name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

function vectors(name: string): string {
  return readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8')
}
