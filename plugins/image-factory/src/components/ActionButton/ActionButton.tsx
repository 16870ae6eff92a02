import { useId } from 'react';
import {
  Button,
  ButtonProps,
  Text,
  Tooltip,
  TooltipTrigger,
  VisuallyHidden,
} from '@backstage/ui';
import { RiLockLine } from '@remixicon/react';
import styles from './ActionButton.module.css';

/**
 * A button for what may be denied. Where it is, it does nothing and says why: a
 * button that is disabled for the browser could not be reached by keyboard, and
 * would keep its reason to itself.
 */
export function ActionButton(
  props: ButtonProps & {
    denial: { reason: string } | undefined;
    /** What it does, where its name leaves that open. */
    hint?: string;
    /** Whether a denial stands below the button for all to read, also where nothing can hover; in a tooltip otherwise. */
    showsReason?: boolean;
  },
) {
  const { denial, hint, showsReason, ...button } = props;
  const textId = useId();
  const text = denial?.reason ?? hint;
  const isInView = denial !== undefined && showsReason === true;
  const described = text !== undefined && { 'aria-describedby': textId };
  const denied: Partial<ButtonProps> = {
    type: 'button',
    iconStart: <RiLockLine aria-hidden />,
    className: styles.denied,
    'aria-disabled': 'true',
    onPress: undefined,
  };
  // One tree in all cases: a denial that comes late must not take the focus away.
  return (
    <div className={isInView ? styles.withReason : styles.alone}>
      <TooltipTrigger delay={0} isDisabled={text === undefined || isInView}>
        <Button {...button} {...described} {...(denial && denied)} />
        <Tooltip>{text}</Tooltip>
      </TooltipTrigger>
      {isInView && (
        <Text
          as="p"
          id={textId}
          variant="body-small"
          color="secondary"
          className={styles.reason}
        >
          {text}
        </Text>
      )}
      {!isInView && text !== undefined && (
        <VisuallyHidden id={textId}>{text}</VisuallyHidden>
      )}
    </div>
  );
}
