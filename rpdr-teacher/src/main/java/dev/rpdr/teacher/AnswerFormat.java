package dev.rpdr.teacher;

/** In which form a chat model is made to answer. */
public enum AnswerFormat {
  /** Free text, as the prompt asks for it. */
  TEXT("text"),

  /**
   * A JSON object with one array {@code ranking}, whose entries can only be labels of the
   * candidates: the server holds the model to a JSON schema.
   */
  JSON_SCHEMA("json-schema");

  private final String key;

  AnswerFormat(String key) {
    this.key = key;
  }

  /** Its name in identities and files. */
  public String key() {
    return key;
  }
}
