import { useEffect, useState } from 'react';
import { Button } from '@backstage/ui';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { useWords } from '../../hooks';

const SHOWN_FOR_MS = 2_000;

/** Copies a text; `what` names it to a screen reader. */
export function CopyButton(props: { text: string; what: string }) {
  const t = useWords();
  const [outcome, setOutcome] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (outcome === 'idle') {
      return undefined;
    }
    const timer = setTimeout(() => setOutcome('idle'), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setOutcome('copied');
    } catch {
      // Browsers refuse it outside a secure context; the text can be selected.
      setOutcome('failed');
    }
  };
  const words = {
    idle: t('common.copy'),
    copied: t('common.copied'),
    failed: t('common.copyFailed'),
  };
  return (
    <Button
      size="small"
      variant="tertiary"
      aria-label={
        outcome === 'idle'
          ? t('common.copyOf', { what: props.what })
          : words[outcome]
      }
      iconStart={outcome === 'copied' ? <RiCheckLine /> : <RiFileCopyLine />}
      onPress={copy}
    >
      {words[outcome]}
    </Button>
  );
}
