import { InputError } from '@backstage/errors';
import { ErrorRequestHandler } from 'express';

/** What the validation of requests says, such as `request/query/limit must be >= 1`. */
const COMPLAINT = /^request\/(body|query|params|headers)(?:\/(\S+))? (.+)$/s;

/** The other thing that it says. */
const EMPTY = /^Empty value found for query parameter '(\S+)'$/;

const PLACES: Record<string, string> = {
  body: "the request's body",
  query: 'the query',
  params: 'the path',
  headers: 'the headers',
};

/** Puts what the validation of requests says into a sentence that names the field, and says where all of them are described. */
export function explainValidation(): ErrorRequestHandler {
  return (error, _request, _response, next) => {
    next(error instanceof InputError ? explain(error) : error);
  };
}

function explain(error: InputError): InputError {
  const empty = EMPTY.exec(error.message);
  if (empty) {
    return new InputError(
      `${empty[1]} in the query is empty. Give it a value, or leave it out where it need not be there; /openapi.json describes every field.`,
    );
  }
  const complaint = COMPLAINT.exec(error.message);
  return complaint ? new InputError(putIntoWords(complaint)) : error;
}

function putIntoWords([, place, field, rule]: RegExpExecArray): string {
  const subject = field
    ? `${field.replaceAll('/', '.')} in ${PLACES[place]}`
    : PLACES[place].replace(/^./, first => first.toLocaleUpperCase('en'));
  // Several complaints come in one message; each names its own field.
  const rules = rule.replace(/request\/(?:body|query|params|headers)\//g, '');
  return `${subject} ${rules}. Correct it and send it again; /openapi.json describes every field.`;
}
