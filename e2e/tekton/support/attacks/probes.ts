import { AttackedPortal } from './AttackedPortal';

export function probes(_: AttackedPortal): Record<string, string> {
  return {};
}
