import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from './suite.ts'

/** The absolute, link-free path of a new empty folder that is removed when the test ends. */
export function temporaryFolder(context: Pick<TestContext, 'onCleanup'>): string {
  const folder = realpathSync.native(mkdtempSync(join(tmpdir(), 'secretsrc-test-')))
  // Windows releases the files of a child that has just ended a little later.
  context.onCleanup(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  return folder
}
