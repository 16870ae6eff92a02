import { ConfigReader } from '@backstage/config';
import { readPlacement } from './readPlacement';

function read(cluster: object) {
  return readPlacement(
    new ConfigReader(cluster as never),
    'imageFactory.executors.kubernetes.clusters',
  );
}

describe('readPlacement', () => {
  it('asks nothing of nodes unless it is told', () => {
    expect(read({})).toEqual({
      nodeSelector: {},
      tolerations: [],
      resources: undefined,
    });
  });

  it('reads labels, taints and quantities as Kubernetes writes them', () => {
    expect(
      read({
        nodeSelector: { 'example.com/build.type': 'image' },
        tolerations: [
          { key: 'builds', value: 'yes', effect: 'NoSchedule' },
          { operator: 'Exists' },
        ],
        resources: {
          requests: { cpu: 2, memory: '4Gi', 'example.com/gpu': '1' },
          limits: { memory: '8Gi' },
        },
      }),
    ).toEqual({
      nodeSelector: { 'example.com/build.type': 'image' },
      tolerations: [
        { key: 'builds', value: 'yes', effect: 'NoSchedule' },
        { operator: 'Exists' },
      ],
      resources: {
        requests: { cpu: '2', memory: '4Gi', 'example.com/gpu': '1' },
        limits: { memory: '8Gi' },
      },
    });
  });

  it.each([
    [{ tolerations: [{ value: 'x' }] }, /without a key is for every taint/],
    [
      { tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] },
      /toleration of a has the operator Exists.*Leave the value out/,
    ],
    [
      { tolerations: [{ key: 'a', effect: 'Never' }] },
      /effect is "Never"\. Write one of NoSchedule, PreferNoSchedule, NoExecute/,
    ],
    [
      { resources: { requests: { memory: '4 GB' } } },
      /clusters\.resources\.requests: "4 GB" is no quantity of memory/,
    ],
    [{ resources: { limits: { cpu: '-1' } } }, /"-1" is no quantity of cpu/],
    [{ nodeSelector: ['a'] }, /nodeSelector has to be a map/],
  ])('refuses %j and says what to write', (cluster, message) => {
    expect(() => read(cluster)).toThrow(message);
  });
});
