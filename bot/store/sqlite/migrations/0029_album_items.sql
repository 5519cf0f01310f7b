-- Items of albums whose answer is not done, as Telegram sent them: a killed process loses none.
CREATE TABLE album_items (
  chat_id    INTEGER NOT NULL,
  message_id INTEGER NOT NULL,
  update_json TEXT NOT NULL,
  kept_at    INTEGER NOT NULL,
  PRIMARY KEY (chat_id, message_id)
) STRICT, WITHOUT ROWID;
