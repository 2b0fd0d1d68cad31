import { accessSync, constants, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

/** How `secrets` is started: the project's own, of the version in its lock file, else one in PATH. */
export function findSecrets(folder, env) {
  const description = packageFile(folder)
  if (description !== undefined) {
    const { bin } = JSON.parse(readFileSync(description, 'utf8'))
    return [process.execPath, join(dirname(description), bin.secrets)]
  }
  // On Windows what npm puts there is a script of cmd.exe, which needs a shell.
  const folders = process.platform === 'win32' ? [] : (env.PATH ?? '').split(delimiter)
  const program = folders.map((place) => join(place, 'secrets')).find(isProgram)
  if (program === undefined) {
    throw new Error('secretsrc is not installed: put it into devDependencies and run npm ci in a step before this one')
  }
  return [program]
}

function packageFile(folder) {
  try {
    return createRequire(join(folder, 'package.json')).resolve('secretsrc/package.json')
  } catch {
    return undefined
  }
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
