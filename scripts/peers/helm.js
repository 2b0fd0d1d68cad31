import { goInstall } from './peer-cache.js'

/** Renders charts. Three minutes the first time. */
export const peer = { programs: ['helm'], slow: true, install: () => goInstall('helm.sh/helm/v3/cmd/helm@v3.22.0') }
