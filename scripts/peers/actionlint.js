import { goInstall } from './peer-cache.js'

/** Judges workflows of GitHub Actions. 4 seconds. */
export const peer = {
  programs: ['actionlint'],
  install: () => goInstall('github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'),
}
