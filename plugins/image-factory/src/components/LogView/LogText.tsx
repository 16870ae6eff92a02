import { memo } from 'react';
import { LogLine, LogPiece, groupTitle, parseLine, toPieces } from '../../log';
import { tokenStyle } from './colours';
import styles from './LogView.module.css';

/** One line of a log in its colours, with its links and what was searched for, as text nodes only. */
export const LogText = memo(ColouredText);

function ColouredText(props: {
  line: LogLine;
  search: RegExp | undefined;
  /** Of a line that begins a group, what marks it is left out. */
  isHeading: boolean;
}) {
  const { line, search, isHeading } = props;
  const text = isHeading ? groupTitle(line.text) : line.text;
  const pieces = toPieces(parseLine(line.style, text), search);
  return (
    <>
      {pieces.map((piece, index) => (
        <Piece key={index} piece={piece} />
      ))}
    </>
  );
}

function Piece(props: { piece: LogPiece }) {
  const { text, token, href, isFound } = props.piece;
  const css = tokenStyle(token);
  let content = <>{text}</>;
  if (isFound) content = <mark className={styles.found}>{text}</mark>;
  if (href) {
    content = (
      <a
        className={styles.link}
        href={href}
        target="_blank"
        rel="noopener noreferrer"
      >
        {content}
      </a>
    );
  }
  return css ? <span style={css}>{content}</span> : content;
}
