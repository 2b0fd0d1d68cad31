import { execFile } from 'node:child_process'

/** Milliseconds: a name is a courtesy that nobody waits for. */
const PATIENCE = 2_000

/** The name that git signs commits with in a folder; undefined when git has none, or is not there. */
export async function gitUserName(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('git', ['config', '--get', 'user.name'], { cwd, env, timeout: PATIENCE }, (error, stdout) => {
      const name = stdout.trim()
      resolve(error !== null || name === '' ? undefined : name)
    })
  })
}
