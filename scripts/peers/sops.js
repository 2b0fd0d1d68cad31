import { goInstall } from './peer-cache.js'

/** The tool whose files we read and write. Two minutes the first time. */
export const peer = {
  programs: ['sops'],
  install: () => goInstall('github.com/getsops/sops/v3/cmd/sops@v3.13.3'),
}
