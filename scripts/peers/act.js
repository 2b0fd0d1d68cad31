import { goInstall } from './peer-cache.js'

/** Runs workflows of GitHub Actions; here without containers, on the machine itself. 50 seconds. */
export const peer = {
  programs: ['act'],
  install: () => goInstall('github.com/nektos/act@v0.2.89'),
}
