// What the page knows: the bot, people, chats and messages. It draws nothing.
//
// Listeners hear "state" (people and chats), "messages" (detail: chat id), "typing" (chat id),
// "taps" (chat id: which buttons are waiting).

import * as api from "./api.js";

const TYPING_FOR = 6_000;
const TAP_FOR = 20_000;

export class Store extends EventTarget {
  bot = { id: 0, username: "", first_name: "" };
  people = [];
  chats = [];
  unread = new Map();
  viewer = 0;
  #messages = new Map();
  #loads = new Map();
  #typing = new Map();
  #taps = new Map();
  #answered = new Map();
  #sending = new Map();
  #serial = 0;

  #say(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  person(id) { return this.people.find((one) => one.id === id); }
  chat(id) { return this.chats.find((one) => one.id === id); }
  owner() { return this.people.find((one) => one.is_owner); }
  chatsOf(personId) { return this.chats.filter((chat) => chat.members.includes(personId)); }
  isLoaded(chatId) { return this.#messages.has(chatId); }
  isTyping(chatId) { return (this.#typing.get(chatId) ?? 0) > Date.now(); }

  /** Messages of a chat, oldest first. */
  list(chatId) {
    // What one person alone sees has a number less than 0.
    const order = (a, b) => a.date - b.date || Math.abs(a.message_id) - Math.abs(b.message_id);
    return [...(this.#messages.get(chatId)?.values() ?? [])].sort(order);
  }

  message(chatId, id) { return this.#messages.get(chatId)?.get(id); }

  /** What a person has sent and the server has not confirmed yet. */
  sending(chatId) { return [...this.#sending.values()].filter((one) => one.chat_id === chatId); }

  /** Read people and chats anew; the bot describes itself in the language of who looks. */
  async readState(as = this.viewer) {
    this.viewer = as;
    const read = await api.state(as);
    this.bot = read.bot;
    this.people = read.people;
    this.chats = read.chats;
    for (const chat of read.chats) if (!this.unread.has(chat.id)) this.unread.set(chat.id, chat.unread ?? 0);
    this.#say("state");
  }

  /** Forget every message, because the sandbox began anew. */
  forget() {
    this.#messages.clear();
    this.#sending.clear();
    this.#taps.clear();
  }

  /** Read a chat as a person sees it; events that come meanwhile win over what is read. */
  async load(chatId, as) {
    const touched = new Set();
    this.#loads.set(chatId, touched);
    const { messages } = await api.messages(chatId, as);
    if (this.#loads.get(chatId) !== touched) return;
    this.#loads.delete(chatId);
    const before = this.#messages.get(chatId);
    const after = new Map();
    for (const message of messages) if (!touched.has(message.message_id)) after.set(message.message_id, unchanged(before?.get(message.message_id), message));
    for (const id of touched) if (before?.has(id)) after.set(id, before.get(id));
    this.#messages.set(chatId, after);
    this.#say("messages", chatId);
  }

  put({ chat_id: chatId, message }) {
    this.#loads.get(chatId)?.add(message.message_id);
    if (!this.#messages.has(chatId) && this.#loads.has(chatId)) this.#messages.set(chatId, new Map());
    this.#messages.get(chatId)?.set(message.message_id, message);
    for (const [key, one] of this.#sending) if (one.message_id === message.message_id && one.chat_id === chatId) this.#sending.delete(key);
    const chat = this.chat(chatId);
    if (chat && (!chat.last || chat.last.message_id <= message.message_id)) chat.last = message;
    if (!message.outgoing) this.#typing.delete(chatId);
    this.#say("messages", chatId);
  }

  drop({ chat_id: chatId, message_id: id }) {
    this.#loads.get(chatId)?.add(id);
    this.#messages.get(chatId)?.delete(id);
    const chat = this.chat(chatId);
    if (chat?.last?.message_id === id) chat.last = this.list(chatId).at(-1) ?? null;
    this.#say("messages", chatId);
  }

  typing({ chat_id: chatId }) {
    this.#typing.set(chatId, Date.now() + TYPING_FOR);
    this.#say("typing", chatId);
    setTimeout(() => this.#say("typing", chatId), TYPING_FOR + 50);
  }

  count(chatId, more) {
    this.unread.set(chatId, more === 0 ? 0 : (this.unread.get(chatId) ?? 0) + more);
    this.#say("state");
  }

  /** Send a text and show it at once; it stays marked until the server has it. */
  async send(message) {
    const key = ++this.#serial;
    this.#sending.set(key, { ...message, key });
    this.#say("messages", message.chat_id);
    try {
      const { message_id: id } = await api.send(message);
      if (this.message(message.chat_id, id)) this.#sending.delete(key);
      else if (this.#sending.has(key)) this.#sending.get(key).message_id = id;
    } catch (error) {
      this.#sending.delete(key);
      throw error;
    } finally {
      this.#say("messages", message.chat_id);
    }
  }

  isTapped(chatId, messageId, data) { return this.#taps.has(`${chatId}:${messageId}:${data}`); }

  /** Tap a button; it waits until the bot's answer or for as long as a messenger would. */
  async tap(tapped) {
    const key = `${tapped.chat_id}:${tapped.message_id}:${tapped.data}`;
    if (this.#taps.has(key)) return;
    const waiting = { chatId: tapped.chat_id, query: null };
    this.#taps.set(key, waiting);
    this.#say("taps", tapped.chat_id);
    const release = () => {
      if (this.#taps.get(key) !== waiting) return;
      this.#taps.delete(key);
      this.#say("taps", tapped.chat_id);
    };
    try {
      const { query_id: query } = await api.tap(tapped);
      waiting.query = query;
      if (this.#answered.delete(query)) release();
      else setTimeout(release, TAP_FOR);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The bot answered a tap: its button stops waiting. */
  answered({ query_id: query }) {
    for (const [key, waiting] of this.#taps) {
      if (waiting.query !== query) continue;
      this.#taps.delete(key);
      this.#say("taps", waiting.chatId);
      return;
    }
    this.#answered.set(query, true);
    setTimeout(() => this.#answered.delete(query), TAP_FOR);
  }
}

// What reads the same stays the same object, so that it is not drawn again.
const unchanged = (old, message) => (old && JSON.stringify(old) === JSON.stringify(message) ? old : message);
