// Who was turned away lately, by conversation, so that the owner can pick whom to allow. Forgotten at a restart.
import type { Actor } from "../conversations/may.ts";

export type RefusedPerson = Pick<Actor, "id" | "name">;

const mostPeople = 5;
const mostConversations = 1_000;

export class RefusedPeople {
  readonly #people = new Map<string, RefusedPerson[]>();

  note(conversation: string, { id, name }: Actor): void {
    const others = this.list(conversation).filter((person) => person.id !== id);
    this.#people.delete(conversation);
    if (this.#people.size >= mostConversations) this.#people.clear();
    const person = name === undefined ? { id } : { id, name };
    this.#people.set(conversation, [person, ...others].slice(0, mostPeople));
  }

  /** Newest first. */
  list(conversation: string): RefusedPerson[] {
    return this.#people.get(conversation) ?? [];
  }

  forget(conversation: string, id: string): void {
    this.#people.set(
      conversation,
      this.list(conversation).filter((person) => person.id !== id),
    );
  }
}
