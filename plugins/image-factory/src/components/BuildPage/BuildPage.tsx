import { QueryRoot } from '../QueryRoot';
import { BuildPageContent } from './BuildPageContent';

/** The page of one build. */
export function BuildPage(props: { buildId: string }) {
  return (
    <QueryRoot>
      <BuildPageContent key={props.buildId} buildId={props.buildId} />
    </QueryRoot>
  );
}
