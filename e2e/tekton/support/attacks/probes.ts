import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MARK } from './marks';

const SCRIPT = readFileSync(join(__dirname, 'probe.sh'), 'utf8');
const SWAP = readFileSync(join(__dirname, 'swap.sh'), 'utf8');

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
  /** An image with git, which asks where busybox cannot speak the TLS of today. */
  git: string;
  /** What is asked over the network, and should give nothing. */
  addresses: string[];
}): Record<string, string> {
  const { base, git, addresses } = options;
  return {
    'probe.sh': SCRIPT,
    Dockerfile: [
      `FROM ${git} AS network`,
      'ENV GIT_SSL_NO_VERIFY=1 GIT_TERMINAL_PROMPT=0',
      ...addresses.map(
        address =>
          `RUN echo "asked: ${address}: $(timeout 10 git ls-remote ${address} 2>&1 | tr '\\n' ' ' | head -c 300)"`,
      ),
      `FROM ${base}`,
      'COPY --from=network /etc/os-release /network',
      'COPY probe.sh /probe.sh',
      'COPY links /links',
      `RUN sh /probe.sh / ${MARK} | sed 's/^/inside: /'`,
      'RUN mkdir -p /jail/bin && cp /bin/busybox /jail/bin/ && cp /probe.sh /jail/ \\',
      `  && ${ESCAPES} sh /probe.sh ${UP} ${MARK} | sed 's/^/outside: /'`,
      'RUN for link in /links/*; do cat "$link" || true; done',
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

/**
 * A Dockerfile that leaves something behind, which puts another image in the
 * place of its own once that was looked at. It may end the step that builds
 * first, so that this can do nothing about what is left.
 */
export function swappingFiles(
  base: string,
  how: 'lives-on' | 'ends-the-step',
): Record<string, string> {
  return {
    'swap.sh': SWAP,
    Dockerfile: [
      `FROM ${base}`,
      'COPY swap.sh /swap.sh',
      'RUN mkdir -p /jail/bin && cp /bin/busybox /jail/bin/ && cp /swap.sh /jail/ \\',
      `  && ${ESCAPES} sh -c '/bin/busybox cat /swap.sh >${UP}/tmp/swap.sh && exec /bin/busybox nsenter --root=${UP} --wd=${UP} /bin/sh /tmp/swap.sh ${how}'`,
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

/** Where a line of a command begins: BuildKit has the number of the command and its time before it. */
const LINE = '^(?:#\\d+ [\\d.]+ )?';

/** What the network has answered, by what was asked. */
export function answersOf(log: string): Record<string, string> {
  return Object.fromEntries(
    [...log.matchAll(new RegExp(`${LINE}asked: (\\S+): (.*)$`, 'gm'))].map(
      ([, address, answer]) => [address, answer],
    ),
  );
}

/** What the probes of a log have found from there. */
export function findingsOf(
  log: string,
  viewpoint: Viewpoint,
): Record<string, string> {
  return Object.fromEntries(
    [
      ...log.matchAll(new RegExp(`${LINE}${viewpoint}: (.*) (yes|no)$`, 'gm')),
    ].map(([, what, answer]) => [what, answer]),
  );
}

/** The command lines that a probe has seen. */
export function processesOf(log: string, viewpoint: Viewpoint): string[] {
  return [
    ...log.matchAll(new RegExp(`${LINE}${viewpoint}: process (.*)$`, 'gm')),
  ].map(([, command]) => command);
}
