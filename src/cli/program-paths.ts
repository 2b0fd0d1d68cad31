import { resolve } from 'node:path'
import type { ProgramPaths } from '../git/local-config.ts'

/** The node and the start file that run now: what git is told to start, since its own PATH may hold neither. */
export function programPaths(): ProgramPaths {
  return { node: process.execPath, script: resolve(process.argv[1] ?? '') }
}
