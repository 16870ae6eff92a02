import { useWords } from '../../hooks';
import { ToolCommands } from './ToolCommands';

/** How to get an image that is in its registry: by its digest, so that it is this one for ever. */
export function PushedImage(props: { reference: string }) {
  const t = useWords();
  const { reference } = props;
  return (
    <ToolCommands
      label={t('result.pull')}
      commands={[
        { tool: 'docker', text: `docker pull ${reference}` },
        { tool: 'podman', text: `podman pull ${reference}` },
        { tool: 'skopeo', text: `skopeo inspect docker://${reference}` },
      ]}
    />
  );
}
