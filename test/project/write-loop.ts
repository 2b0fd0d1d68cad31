/**
 * A process of its own for tests of `writeFiles`: `node … write-loop.ts MODE FILE COUNT`.
 * `overwrite`: writes generations of a large content for ever. `add`: adds one COUNT times, starting over when
 * somebody else was faster.
 */
import { isSecretsError } from '../../src/core/errors.ts'
import { readFileContent } from '../../src/project/read-file.ts'
import { writeFiles } from '../../src/project/write-files.ts'

const [mode, file = '', count = '0'] = process.argv.slice(2)

async function overwrite(): Promise<void> {
  for (let generation = 0; ; generation += 1) {
    const content = Buffer.from(`${generation % 10}`.repeat(200_000))
    await writeFiles([
      { path: file, content, expects: 'anything', protection: 'private' },
      { path: `${file}.second`, content, expects: 'anything', protection: 'private' },
    ])
    if (generation === 0) process.stdout.write('started\n')
  }
}

async function addOne(): Promise<void> {
  const { bytes } = await readFileContent(file)
  const content = Buffer.from(String(Number(Buffer.from(bytes).toString()) + 1))
  try {
    await writeFiles([{ path: file, content, expects: bytes, protection: 'private' }])
  } catch (error) {
    if (!isSecretsError(error) || error.code !== 'FILE_CHANGED') throw error
    await addOne()
  }
}

if (mode === 'overwrite') await overwrite()
for (let added = 0; added < Number(count); added += 1) await addOne()
