import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MARK } from './marks';

const SCRIPT = readFileSync(join(__dirname, 'probe.sh'), 'utf8');

/** From where one has come out of the root that one was given. */
const UP = Array.from({ length: 20 }, () => '..').join('/');

/** Gives up its root for one below, and stays outside of it with its working directory. */
const ESCAPES = 'nsenter --root=/jail --wd=/ /bin/busybox';

/** Where a probe looks from. */
export type Viewpoint = 'inside' | 'outside';

/**
 * A Dockerfile whose commands look around: as any of them would, and from
 * outside of the root that they were given, which a build by chroot cannot keep
 * them in.
 */
export function probingFiles(options: {
  base: string;
  /** What is asked over the network, and should give nothing. */
  addresses: string[];
}): Record<string, string> {
  const { base, addresses } = options;
  return {
    'probe.sh': SCRIPT,
    Dockerfile: [
      `FROM ${base}`,
      'COPY probe.sh /probe.sh',
      'COPY links /links',
      `RUN sh /probe.sh / ${MARK} | sed 's/^/inside: /'`,
      'RUN mkdir -p /jail/bin && cp /bin/busybox /jail/bin/ && cp /probe.sh /jail/ \\',
      `  && ${ESCAPES} sh /probe.sh ${UP} ${MARK} | sed 's/^/outside: /'`,
      'RUN for link in /links/*; do cat "$link" || true; done',
      ...addresses.map(
        address =>
          `RUN echo "asked: ${address}: $(wget -T 5 -q -O - --no-check-certificate ${address} 2>&1 | tr '\\n' ' ' | head -c 300)"`,
      ),
      '',
    ].join('\n'),
  };
}

/** A Dockerfile that lets the next step begin, and only then goes on. */
export function hastyFiles(base: string): Record<string, string> {
  return {
    Dockerfile: [
      `FROM ${base}`,
      'RUN mkdir -p /jail/bin && cp /bin/busybox /jail/bin/ \\',
      `  && ${ESCAPES} sh -c 'printf "" >${UP}/tekton/run/1/out && echo let it begin' && sleep 10`,
      '',
    ].join('\n'),
  };
}

/** Paths of symbolic links in the source, and what they lead to. */
export const HOSTILE_LINKS = {
  'links/token': '/var/run/secrets/kubernetes.io/serviceaccount/token',
  'links/login': '/workspace/registry-credentials/.dockerconfigjson',
  'links/environment': '/proc/1/environ',
  'links/up': '../../../../../../../../etc/shadow',
};

/** What the probes of a log have found from there. */
export function findingsOf(
  log: string,
  viewpoint: Viewpoint,
): Record<string, string> {
  return Object.fromEntries(
    [...log.matchAll(new RegExp(`^${viewpoint}: (.*) (yes|no)$`, 'gm'))].map(
      ([, what, answer]) => [what, answer],
    ),
  );
}

/** The command lines that a probe has seen. */
export function processesOf(log: string, viewpoint: Viewpoint): string[] {
  return [
    ...log.matchAll(new RegExp(`^${viewpoint}: process (.*)$`, 'gm')),
  ].map(([, command]) => command);
}
