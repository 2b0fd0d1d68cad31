import { goInstall } from './peer-cache.js'

/** Builds manifests of Kubernetes. A minute the first time; later versions need a later Go than others. */
export const peer = {
  programs: ['kustomize'],
  slow: true,
  install: () => goInstall('sigs.k8s.io/kustomize/kustomize/v5@v5.6.0'),
}
