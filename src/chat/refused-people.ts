// Who was turned away lately, by conversation, so that the owner can pick whom to allow. Forgotten at a restart.
import type { Person } from "../conversations/drivers.ts";
import type { Actor } from "../conversations/may.ts";

const mostPeople = 5;
const mostConversations = 1_000;

export class RefusedPeople {
  readonly #people = new Map<string, Person[]>();

  /** Not every entrance is told the names. */
  note(conversation: string, { id, userName, name }: Actor): void {
    const known = this.list(conversation);
    const others = known.filter((person) => person.id !== id);
    this.#people.delete(conversation);
    if (this.#people.size >= mostConversations) this.#people.clear();
    const person: Person = {
      ...known.find((each) => each.id === id),
      id,
      ...(userName === undefined ? {} : { userName }),
      ...(name === undefined ? {} : { name }),
    };
    this.#people.set(conversation, [person, ...others].slice(0, mostPeople));
  }

  /** Newest first. */
  list(conversation: string): Person[] {
    return this.#people.get(conversation) ?? [];
  }

  forget(conversation: string, id: string): void {
    this.#people.set(
      conversation,
      this.list(conversation).filter((person) => person.id !== id),
    );
  }
}
