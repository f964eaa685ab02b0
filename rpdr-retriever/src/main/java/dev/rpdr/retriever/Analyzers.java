package dev.rpdr.retriever;

import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.util.CharTokenizer;
import org.apache.lucene.util.AttributeFactory;

/** The chains of Lucene tokenizers and filters behind {@link TextAnalysis}. */
final class Analyzers {
  /** Lucene cuts longer words into pieces; its own default of 255 would cut long Chinese texts. */
  private static final int LONGEST_WORD = 1 << 16;

  private Analyzers() {}

  /** All matches of a pattern. */
  static Analyzer pattern(Pattern pattern, boolean lowerCase) {
    return new Chain(lowerCase) {
      @Override
      Tokenizer tokenizer() {
        return new PatternTokenizer(pattern, 0);
      }

      @Override
      TokenStream filtered(TokenStream words) {
        return words;
      }
    };
  }

  /** n-grams within blank-padded words. */
  static Analyzer charWordBoundary(int min, int max, boolean lowerCase) {
    return new Chain(lowerCase) {
      @Override
      Tokenizer tokenizer() {
        return new BlankTokenizer();
      }

      @Override
      TokenStream filtered(TokenStream words) {
        return new NGramTokenFilter(new PaddingFilter(words, " ", min), min, max, false);
      }
    };
  }

  /** n-grams over the whole text. */
  static Analyzer chars(int min, int max, boolean lowerCase) {
    return new Chain(lowerCase) {
      @Override
      Tokenizer tokenizer() {
        return new KeywordTokenizer();
      }

      @Override
      TokenStream filtered(TokenStream text) {
        TokenStream padded = new PaddingFilter(new OneBlankFilter(text), "", min);
        return new NGramTokenFilter(padded, min, max, false);
      }
    };
  }

  private abstract static class Chain extends Analyzer {
    private final boolean lowerCase;

    Chain(boolean lowerCase) {
      this.lowerCase = lowerCase;
    }

    abstract Tokenizer tokenizer();

    abstract TokenStream filtered(TokenStream tokens);

    @Override
    protected TokenStreamComponents createComponents(String fieldName) {
      Tokenizer tokenizer = tokenizer();
      TokenStream cased = lowerCase ? new LowerCaseFilter(tokenizer) : tokenizer;
      return new TokenStreamComponents(tokenizer, filtered(cased));
    }
  }

  /** Cuts at every kind of blank, the no-break space included. */
  private static final class BlankTokenizer extends CharTokenizer {
    BlankTokenizer() {
      super(AttributeFactory.DEFAULT_ATTRIBUTE_FACTORY, LONGEST_WORD);
    }

    @Override
    protected boolean isTokenChar(int codePoint) {
      return !isBlank(codePoint);
    }
  }

  /** Makes one blank of each run of blanks. Drops a token that is nothing but blanks. */
  private static final class OneBlankFilter extends TokenFilter {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

    OneBlankFilter(TokenStream input) {
      super(input);
    }

    @Override
    public boolean incrementToken() throws IOException {
      while (input.incrementToken()) {
        StringBuilder text = new StringBuilder(term.length());
        boolean blankBefore = false;
        boolean anything = false;
        for (int i = 0; i < term.length(); i++) {
          boolean blank = isBlank(term.charAt(i));
          if (!blank) {
            text.append(term.charAt(i));
          } else if (!blankBefore) {
            text.append(' ');
          }
          anything |= !blank;
          blankBefore = blank;
        }
        if (anything) {
          term.setEmpty().append(text);
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Puts a pad on both sides, and further blanks behind until the token has {@code min} code
   * points. The n-gram filter after it would drop shorter ones; with blanks, which never stand two
   * in a row otherwise, they become one n-gram that equals no other.
   */
  private static final class PaddingFilter extends TokenFilter {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final String pad;
    private final int min;

    PaddingFilter(TokenStream input, String pad, int min) {
      super(input);
      this.pad = pad;
      this.min = min;
    }

    @Override
    public boolean incrementToken() throws IOException {
      if (!input.incrementToken()) {
        return false;
      }
      String padded = pad + term + pad;
      int missing = Math.max(0, min - padded.codePointCount(0, padded.length()));
      term.setEmpty().append(padded).append(" ".repeat(missing));
      return true;
    }
  }

  private static boolean isBlank(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }
}
