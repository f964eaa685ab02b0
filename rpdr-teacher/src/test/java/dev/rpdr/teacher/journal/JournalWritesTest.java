package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rpdr.CandidateList;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Threads at once, and disks that are slow or full. */
class JournalWritesTest extends JournalFixture {
  @Test
  void answersThatComeTogetherAreForcedTogether() throws Exception {
    AtomicInteger writes = new AtomicInteger();
    CountDownLatch goOn = new CountDownLatch(1);
    try (FileJournal journal =
        FileJournal.open(path, HeaderCheck.STRICT, file -> new HeldDisk(file, writes, goOn))) {
      TeacherLlm journaling = journal.journaling(teacher("t"));
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        CandidateList request = request(i);
        Thread thread = new Thread(() -> journaling.rank(request));
        threads.add(thread);
        thread.start();
        while (i == 0 && writes.get() < 2) {
          Thread.sleep(1);
        }
      }
      for (Thread thread : threads.subList(1, 16)) {
        while (thread.getState() != Thread.State.BLOCKED) {
          Thread.sleep(1);
        }
      }
      goOn.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(journal.size()).isEqualTo(16);
    }

    assertThat(writes).as("the header, the first answer, the fifteen others").hasValue(3);
    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.size()).isEqualTo(16);
    }
  }

  @Test
  void ofAnswersThatComeTogetherThoseThatFitAreKept() throws Exception {
    int kept;
    try (FileJournal journal =
        FileJournal.open(
            path, HeaderCheck.STRICT, file -> new SlowDisk(file, new AtomicInteger(), 9000))) {
      kept = keepAtOnce(journal, 60);
    }

    assertThat(Files.size(path)).isBetween(8000L, 9000L);
    try (FileJournal journal = FileJournal.open(path)) {
      assertThat(journal.size()).isEqualTo(kept).isBetween(5, 59);
    }
  }

  @Test
  void aFullDiskLeavesTheFileIntactAndTheAnswerUnused() throws IOException {
    AtomicInteger room = new AtomicInteger(3); // header and two answers
    try (FileJournal journal =
        FileJournal.open(path, HeaderCheck.STRICT, file -> new FullDisk(file, room))) {
      TeacherLlm journaling = journal.journaling(teacher("t"));
      journaling.rank(request(0));
      journaling.rank(request(1));
      byte[] before = Files.readAllBytes(path);

      assertThatExceptionOfType(NonRetriableException.class)
          .isThrownBy(() -> journaling.rank(request(2)))
          .withMessageContaining("No space left on device")
          .withMessageContaining("it holds all earlier answers");
      assertThat(Files.readAllBytes(path)).isEqualTo(before);
      assertThat(journal.size()).isEqualTo(2);

      room.set(1); // somebody made room
      journaling.rank(request(2));
      assertThat(journal.size()).isEqualTo(3);
    }
    assertThat(RecordedTeacher.read(path).size()).isEqualTo(3);
  }

  @Test
  void anInterruptedThreadWritesAllTheSame() {
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(teacher("t"));
      Thread.currentThread().interrupt();
      journaling.rank(request(1));
      assertThat(Thread.interrupted()).isTrue();
      journaling.rank(request(2));
      assertThat(journal.size()).isEqualTo(2);
    }
  }

  @Test
  void equalRequestsAtOnceAreAskedOnce() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    TeacherLlm slow =
        TeacherLlm.of(
            "slow",
            request -> {
              asked.incrementAndGet();
              begun.countDown();
              try {
                assertThat(finish.await(60, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return Ranking.asRetrieved(request);
            });
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (FileJournal journal = FileJournal.open(path)) {
      TeacherLlm journaling = journal.journaling(slow);
      List<Future<TeacherAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(pool.submit(() -> journaling.rank(request(1))));
      }
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      finish.countDown();
      for (Future<TeacherAnswer> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(answers.get(0).get());
      }
      assertThat(asked).hasValue(1);
      assertThat(journal.size()).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  private int keepAtOnce(FileJournal journal, int answers) throws Exception {
    TeacherLlm journaling = journal.journaling(teacher("t"));
    ExecutorService pool = Executors.newFixedThreadPool(16);
    int kept = 0;
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < answers; i++) {
        int number = i;
        all.add(pool.submit(() -> journaling.rank(request(number))));
      }
      for (Future<?> one : all) {
        try {
          one.get();
          kept++;
        } catch (ExecutionException e) {
          assertThat(e.getCause())
              .isInstanceOf(NonRetriableException.class)
              .hasMessageContaining("No space left on device; it holds all earlier answers");
        }
      }
    } finally {
      pool.shutdownNow();
    }
    return kept;
  }

  /** Writes half of what it is given and then says that the disk is full. */
  private static final class FullDisk extends RandomAccessFile {
    private final AtomicInteger room;

    FullDisk(Path path, AtomicInteger room) throws IOException {
      super(path.toFile(), "rw");
      this.room = room;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      if (room.getAndDecrement() <= 0) {
        super.write(bytes, 0, bytes.length / 2);
        throw new IOException("No space left on device");
      }
      super.write(bytes);
    }
  }

  /** Is slow, counts what it is given to write, and may have room for so many bytes only. */
  private static final class SlowDisk extends RandomAccessFile {
    private final AtomicInteger writes;
    private final long room;

    SlowDisk(Path path, AtomicInteger writes, long room) throws IOException {
      super(path.toFile(), "rw");
      this.writes = writes;
      this.room = room;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      writes.incrementAndGet();
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (getFilePointer() + bytes.length > room) {
        super.write(bytes, 0, (int) Math.max(0, room - getFilePointer()));
        throw new IOException("No space left on device");
      }
      super.write(bytes);
    }
  }

  /** Holds up its second write, the first answer's, until it is let go. */
  private static final class HeldDisk extends RandomAccessFile {
    private final AtomicInteger writes;
    private final CountDownLatch goOn;

    HeldDisk(Path path, AtomicInteger writes, CountDownLatch goOn) throws IOException {
      super(path.toFile(), "rw");
      this.writes = writes;
      this.goOn = goOn;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      try {
        if (writes.incrementAndGet() == 2) {
          assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      super.write(bytes);
    }
  }
}
