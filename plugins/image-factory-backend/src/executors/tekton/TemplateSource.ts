import {
  BuildMethod,
  PinnedTemplate,
} from '@image-factory/backstage-plugin-image-factory-node';
import { PipelineTemplate } from '../../templates';

/** Where pipeline templates are had from. */
export interface TemplateSource {
  /** The one that builds of a method run by which name none; undefined where it has none that can be used. */
  defaultOf(method: BuildMethod): Promise<PipelineTemplate | undefined>;
  /** The version that a build was pinned to; undefined where it cannot be used any more. */
  pinned(template: PinnedTemplate): Promise<PipelineTemplate | undefined>;
}
